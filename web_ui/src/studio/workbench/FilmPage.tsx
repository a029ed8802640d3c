/**
 * The page of a title: a workbench. The picture, the state and the next action come first, then what is still missing;
 * everything is edited in place.
 */
import { useEffect, useState } from 'react';
import { ShowBase, useGetOne, useShowContext } from 'react-admin';
import { Link } from 'react-router-dom';
import { WhoMayWatch } from '../access/GrantsPanel';
import { ArtworkPanel } from '../artwork/ArtworkPanel';
import { groupFields, recordLabel, type Resource, type Row } from '../api/schema';
import { CreditsEditor } from '../credits/CreditsEditor';
import { useT } from '../i18n';
import { groupTitle, resourcePlural } from '../i18n/labels';
import { subscribeToMedia } from '../live/mediaEvents';
import { errorOf, progressOf, stageLabel } from '../media/mediaState';
import { MarkerEditor } from '../markers/MarkerEditor';
import { Preview, type PlayerElement } from '../media/Preview';
import { usePageRequests } from '../panel/pageRequests';
import { Related } from '../resource/Related';
import { Encryption, isEncrypted } from '../protection/Encryption';
import { recordRequests } from '../resource/ShowPage';
import { useCurrentResource, useSchema } from '../SchemaContext';
import { formatPercent } from '../ui/format';
import { Upload } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Bars, Button, Progress, Section, StatusBadge } from '../ui/components';
import { pictureOf, Picture } from '../ui/Picture';
import { SubtitlesPanel } from '../subtitles/SubtitlesPanel';
import { UploadRow } from '../uploads/UploadRow';
import { useUploadQueue } from '../uploads/uploadQueue';
import { Checklist } from './Checklist';
import { checklist } from './checklist';
import { FilmActions, useChooseFile } from './FilmActions';
import { filmState, mainMedia, TONES } from './filmState';
import { History } from './History';
import { InlineFields } from './InlineFields';
import { EditRequests } from './requests';
import { TechnicalFacts, tracksOf } from './TechnicalFacts';
import { TitleField } from './TitleField';

/** Fields with a place of their own on the page. */
const PLACED = new Set(['id', 'artwork', 'media', 'credits', 'status', 'organization', 'title']);
/** Groups of fields that are always shown; further ones are folded. */
const MAIN_GROUPS = new Set(['Description', 'Classification', 'Publishing', 'Translations']);
const REFETCH_DELAY_MS = 500;

/** Reads the title again when one of its files arrives, becomes playable, or fails. */
function useLiveFilm(record: Row | undefined, refetch: () => void): void {
  const id = record?.id;
  useEffect(() => {
    let timer = 0;
    const seen = new Map<string, string>();
    const stop = subscribeToMedia({
      onMedia: (media) => {
        if (!id || media.content !== id) return;
        const state = `${String(media.state)} ${String(media.playable)}`;
        if (seen.get(media.id) === state) return;
        seen.set(media.id, state);
        timer ||= window.setTimeout(() => {
          timer = 0;
          refetch();
        }, REFETCH_DELAY_MS);
      },
    });
    return () => {
      stop();
      window.clearTimeout(timer);
    };
  }, [id, refetch]);
}

function Stage({ record, media }: { record: Row; media: Row | undefined }) {
  const t = useT();
  const file = useChooseFile(record);
  const mayUpdate = useSchema().may('update', 'media');
  const canUpload = mayUpdate && file.available;
  const [player, setPlayer] = useState<PlayerElement | null>(null);
  const uploads = useUploadQueue().filter((i) => i.content === record.id && i.state !== 'done');
  if (!media)
    return (
      <div className="stage-empty">
        <Picture src={pictureOf(record)} seed={record.id} />
        {uploads.length === 0 && (
          <div className="stage-words">
            <p>{t('film.no_media')}</p>
            {canUpload && (
              <Button icon={Upload} onClick={file.choose}>
                {t('film.choose_file')}
              </Button>
            )}
          </div>
        )}
        {uploads.length > 0 && (
          <ul className="rows stage-uploads">
            {uploads.map((i) => (
              <UploadRow key={i.key} item={i} />
            ))}
          </ul>
        )}
        {file.element}
      </div>
    );
  const progress = progressOf(media);
  const error = errorOf(media);
  const backdrop = (record.artwork as Record<string, { url?: string }> | undefined)?.backdrop?.url;
  return (
    <>
      <Preview key={media.id} media={media} poster={backdrop ?? null} onPlayer={setPlayer} />
      {media.state === 'failed' && (
        <p className="danger" role="alert">
          {t('media.failed')}. {error?.message}
        </p>
      )}
      {!['ready', 'failed'].includes(String(media.state)) && (
        <div className="stage-progress">
          <span className="muted">
            {stageLabel(progress.stage || String(media.state))} <b className="num">{formatPercent(progress.percent)}</b>
          </span>
          <Progress percent={progress.percent} label={String(media.title)} />
        </div>
      )}
      {mayUpdate && media.playable === true && 'intro_start_s' in media && Number(media.duration_s) > 0 && (
        <MarkerEditor key={media.id} media={media} player={player?.isConnected ? player : null} />
      )}
    </>
  );
}

function Series({ record }: { record: Row }) {
  const schema = useSchema();
  const { data } = useGetOne<Row>(
    'series',
    { id: String(record.series) },
    { enabled: typeof record.series === 'string' && schema.may('get', 'series') },
  );
  if (!data) return null;
  return (
    <Link className="link" to={`/series/${data.id}/show`} dir="auto">
      {String(data.title)}
    </Link>
  );
}

function Film({ resource, record, refetch }: { resource: Resource; record: Row; refetch: () => void }) {
  const t = useT();
  const schema = useSchema();
  const main = mainMedia(record);
  const { data: media } = useGetOne<Row>(
    'media',
    { id: main?.id ?? '' },
    { enabled: main !== undefined && schema.may('get', 'media'), retry: false },
  );
  const [request, setRequest] = useState({ name: '', count: 0 });
  useLiveFilm(record, refetch);
  usePageRequests(recordRequests(resource, record.id));
  const open = (target: string) => {
    setRequest({ name: target, count: request.count + 1 });
    const place =
      document.getElementById(target) ??
      document.querySelector(`[data-field="${target}"], [data-add="${target}"]`)?.closest('section');
    place?.scrollIntoView({ block: 'start' });
    place
      ?.querySelector<HTMLElement>('.section-head ~ * :is(input, select, button, a)')
      ?.focus({ preventScroll: true });
  };
  const state = filmState(record);
  const fields = resource.fields.filter((f) => !f.write_only && !PLACED.has(f.name));
  const groups = new Map(groupFields(fields));
  const section = (group: string) =>
    groups.has(group) && (
      <Section title={groupTitle(group)}>
        <InlineFields fields={groups.get(group)!} resource={resource} record={record} />
      </Section>
    );
  const others = [...groups.keys()].filter((group) => !MAIN_GROUPS.has(group));
  return (
    <EditRequests.Provider value={request}>
      <div className="film-page">
        <header className="page-head">
          <div className="page-title">
            <Link className="up" to={`/${resource.plural}`}>
              {resourcePlural(resource)}
            </Link>
            <TitleField resource={resource} record={record} />
            <span className="page-meta">
              <span id="status" data-testid="film-state" data-state={state}>
                <StatusBadge tone={TONES[state]}>{t(`film.state.${state}`)}</StatusBadge>
              </span>
              {isEncrypted(media) && <Encryption media={media!} />}
              {typeof record.series === 'string' && <Series record={record} />}
            </span>
          </div>
          <div className="page-actions">
            <FilmActions resource={resource} record={record} />
          </div>
        </header>
        <div className="film-top">
          <div className="stack" id="media">
            <Stage record={record} media={main ? (media ?? (main as unknown as Row)) : undefined} />
          </div>
          <aside className="stack">
            <Checklist items={checklist(record, tracksOf(media).text.length)} onOpen={open} />
            {media && <TechnicalFacts media={media} />}
          </aside>
        </div>
        <div className="stack wide-gap film-sections">
          {section('Description')}
          {section('Classification')}
          <CreditsEditor owner="content" record={record} />
          {media && <SubtitlesPanel media={media} language={record.original_language} />}
          <ArtworkPanel resource={resource} record={record} media={media} />
          {section('Publishing')}
          <WhoMayWatch record={record} />
          {section('Translations')}
          <Related resource={resource} record={record} />
          <History record={record} />
          <details className="more-fields">
            <summary>{t('film.reference')}</summary>
            <div className="stack wide-gap">
              {others.map((group) => (
                <InlineFields key={group} fields={groups.get(group)!} resource={resource} record={record} />
              ))}
              <p className="muted film-id">
                {t('film.id')} <code className="mono">{record.id}</code>
              </p>
            </div>
          </details>
        </div>
      </div>
    </EditRequests.Provider>
  );
}

function Body() {
  const t = useT();
  const resource = useCurrentResource();
  const { record, isPending, error, refetch } = useShowContext<Row>();
  const title = record ? recordLabel(resource, record) : '';
  useEffect(() => {
    document.title = title ? `${title} · OTNet` : 'OTNet';
  }, [title]);
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (isPending || !record)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  return <Film resource={resource} record={record} refetch={refetch as () => void} />;
}

export function FilmPage() {
  return (
    <ShowBase queryOptions={{ retry: false }}>
      <Body />
    </ShowBase>
  );
}
