/** The page of a media file and its pipeline. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ShowBase, useShowContext } from 'react-admin';
import { get } from '../api/http';
import type { Row } from '../api/schema';
import { Show as Reference } from '../fields/reference/show';
import { fieldType } from '../fields';
import { useT } from '../i18n';
import { fieldLabel, resourcePlural } from '../i18n/labels';
import { subscribeToMedia } from '../live/mediaEvents';
import { usePageRequests } from '../panel/pageRequests';
import { Encryption, isRepackaged } from '../protection/Encryption';
import { Actions } from '../resource/Actions';
import { PageHead } from '../resource/PageHead';
import { recordRequests } from '../resource/ShowPage';
import { useCurrentResource } from '../SchemaContext';
import { formatPercent, formatSize, formatSpan, formatSpeed } from '../ui/format';
import { ProblemNotice } from '../ui/ProblemNotice';
import { LoaderCircle, Pencil, TriangleAlert } from '../ui/lucide';
import { Bars, Icon, LinkButton, Progress, Section, RelativeTime, StatusBadge } from '../ui/components';
import { Ladder } from './Ladder';
import type { Pipeline } from './pipeline';
import { Preview } from './Preview';
import { Segments } from './Segments';
import { Stages } from './Stages';
import { Thumbnails } from './Thumbnails';
import { errorOf, progressOf, stageLabel } from './mediaState';

const REFETCH_DELAY_MS = 700;

function usePipeline(media: Row | undefined) {
  const id = media?.id ?? '';
  const url = `/api/v1/dashboard/media/${id}/pipeline`;
  const isProcessing = media?.state === 'encoding' || media?.state === 'planned';
  const query = useQuery({
    queryKey: ['pipeline', id],
    enabled: Boolean(id),
    queryFn: ({ signal }) => get<Pipeline>(url, { signal }),
    refetchInterval: isProcessing ? 5000 : false,
    retry: false,
  });
  const { refetch } = query;
  // Progress events are frequent: refetch the pipeline about once a second at most.
  useEffect(() => {
    let timer = 0;
    const stop = subscribeToMedia({
      onMedia: (m) => {
        if (m.id === id)
          timer ||= window.setTimeout(() => {
            timer = 0;
            void refetch();
          }, REFETCH_DELAY_MS);
      },
    });
    return () => {
      stop();
      window.clearTimeout(timer);
    };
  }, [id, refetch]);
  return { ...query, url };
}

function Status({ media, pipeline }: { media: Row; pipeline: Pipeline | undefined }) {
  const t = useT();
  const p = progressOf(media);
  const error = pipeline?.error ?? errorOf(media);
  if (media.state === 'failed') {
    return (
      <div className="fault fault-flat" role="alert">
        <Icon icon={TriangleAlert} size={20} />
        <div>
          <h2>{t('media.failed')}</h2>
          <p>{error?.message || t('media.failed_why')}</p>
          <p className="muted">{t('media.failed_remedy')}</p>
          {error && <p className="code">{[error.code, stageLabel(error.stage)].filter(Boolean).join(' · ')}</p>}
        </div>
      </div>
    );
  }
  if (media.state === 'ready') return null;
  return (
    <div className="working" data-testid="working">
      <div className="working-line">
        <b>{isRepackaged(media) ? t('protection.repackaging_now') : stageLabel(p.stage || String(media.state))}</b>
        <span className="muted num">
          {[
            p.speed ? formatSpeed(p.speed) : '',
            p.left ? t('media.left', { time: formatSpan(p.left) }) : '',
            p.paused ? t('media.paused') : '',
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <b className="num big">{formatPercent(p.percent)}</b>
      </div>
      <Progress percent={p.percent} label={String(media.title)} />
      {isRepackaged(media) && <p className="muted">{t('protection.repackaging')}</p>}
    </div>
  );
}

function Log({ log, open }: { log: string; open: boolean }) {
  const t = useT();
  return (
    <details className="log" open={open}>
      <summary>{t('media.log')}</summary>
      <pre className="json" tabIndex={0} role="region" aria-label={t('media.log')}>
        {log}
      </pre>
    </details>
  );
}

function Body() {
  const t = useT();
  const resource = useCurrentResource();
  const { record: media, isPending, error, refetch } = useShowContext<Row>();
  const { data: pipeline, url } = usePipeline(media);
  usePageRequests(
    media
      ? [
          ...recordRequests(resource, media.id).slice(0, 1),
          { name: 'panel.pipeline', method: 'GET', url },
          ...recordRequests(resource, media.id).slice(1),
        ]
      : [],
  );
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (isPending || !media)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  const field = (name: string) => resource.fields.find((f) => f.name === name);
  const value = (name: string) => {
    const f = field(name);
    if (!f) return null;
    const { Column } = fieldType(f.type);
    return (
      <div>
        <dt>{fieldLabel(f, resource)}</dt>
        <dd>
          <Column field={f} resource={resource} record={media} value={media[name]} />
        </dd>
      </div>
    );
  };
  const content = field('content');
  const state = field('state');
  const { Column: StateColumn } = fieldType('choice');
  const allDone = (pipeline?.renditions ?? []).every((r) => r.segments > 0 && r.segments_done >= r.segments);
  const thumbnails = (media.playback as { thumbnails?: string | null } | null)?.thumbnails;
  const notices = Array.isArray(media.notices)
    ? media.notices
        .map((n) => (typeof n === 'string' ? n : String((n as { message?: string }).message ?? '')))
        .filter(Boolean)
    : [];
  return (
    <div className="media-page">
      <PageHead
        title={String(media.title)}
        up={{ to: '/media', label: resourcePlural(resource) }}
        meta={
          <span className="page-meta">
            {isRepackaged(media) ? (
              <StatusBadge tone="accent" icon={LoaderCircle}>
                {t('protection.repackaging_now')}
              </StatusBadge>
            ) : (
              state && <StateColumn field={state} resource={resource} record={media} value={media.state} />
            )}
            <code className="mono muted">{media.id}</code>
          </span>
        }
      >
        <Actions resource={resource} record={media} />
        {resource.verbs.includes('update') && (
          <LinkButton to={`/media/${media.id}`} icon={Pencil}>
            {t('edit')}
          </LinkButton>
        )}
      </PageHead>
      <Status media={media} pipeline={pipeline} />
      <div className="media-top">
        <Preview media={media} />
        <dl className="facts facts-side">
          {content && (
            <div>
              <dt>{fieldLabel(content, resource)}</dt>
              <dd>
                {media.content ? (
                  <Reference field={content} resource={resource} record={media} value={media.content} />
                ) : (
                  <LinkButton kind="quiet" to={`/media/${media.id}`}>
                    {t('media.link_content')}
                  </LinkButton>
                )}
              </dd>
            </div>
          )}
          {value('role')}
          {value('duration_s')}
          {value('library')}
          <div>
            <dt>{t('protection.page')}</dt>
            <dd data-testid="encryption">
              <Encryption media={media} scheme />
            </dd>
          </div>
          {pipeline?.source && (
            <div>
              <dt>{t('media.file')}</dt>
              <dd>
                <code className="mono wrap">{pipeline.source.path}</code>
              </dd>
            </div>
          )}
          {pipeline?.source && (
            <div>
              <dt>{t('media.size')}</dt>
              <dd className="num">{formatSize(pipeline.source.size)}</dd>
            </div>
          )}
          <div>
            <dt>{t('media.added')}</dt>
            <dd>
              <RelativeTime at={String(media.created_at)} />
            </dd>
          </div>
        </dl>
      </div>
      {notices.length > 0 && (
        <Section title={t('media.notices')}>
          <ul className="notice-list">
            {notices.map((n) => (
              <li key={n}>{n}</li>
            ))}
          </ul>
        </Section>
      )}
      {pipeline && pipeline.stages.length > 0 && (
        <Section title={t('media.stages')}>
          <Stages stages={pipeline.stages} />
        </Section>
      )}
      {pipeline && pipeline.renditions.length > 0 && !allDone && (
        <Section title={t('media.segments')}>
          <Segments renditions={pipeline.renditions} />
        </Section>
      )}
      {pipeline && (
        <Section
          title={t('media.ladder')}
          action={
            <span className="muted num">
              {formatSize(pipeline.renditions.reduce((sum, r) => sum + (r.bytes ?? 0), 0))}
            </span>
          }
        >
          <Ladder renditions={pipeline.renditions} />
        </Section>
      )}
      {thumbnails && <Thumbnails url={thumbnails} />}
      {pipeline?.log && <Log log={pipeline.log} open={media.state === 'failed'} />}
    </div>
  );
}

export function MediaPage() {
  return (
    <ShowBase queryOptions={{ retry: false }}>
      <Body />
    </ShowBase>
  );
}
