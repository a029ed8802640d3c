/** The home page: running and failed encodes, new content, disk usage, viewers. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { get } from '../api/http';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { usePageRequests } from '../panel/pageRequests';
import { PageHead } from '../resource/PageHead';
import { useSchema } from '../SchemaContext';
import { formatNumber } from '../ui/format';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Upload } from '../ui/lucide';
import { Bars, Empty, LinkButton, Section } from '../ui/components';
import { Audience } from './Audience';
import { Changes } from './Changes';
import { Channels } from './Channels';
import { Disk } from './Disk';
import { EventFailures } from './EventFailures';
import { Failed } from './Failed';
import { Newest } from './Newest';
import { OVERVIEW, type Overview } from './overview';
import { PlaybackSessions } from './PlaybackSessions';
import { RefusedByRegion } from './RefusedByRegion';
import { Running } from './Running';
import { statisticsUrl } from './statistics';

function Stat({ value, label, to, live = false }: { value: number; label: string; to?: string; live?: boolean }) {
  const body = (
    <>
      <b className="num">{formatNumber(value)}</b>
      <span>
        {live && <i className="dot tally" aria-hidden="true" />}
        {label}
      </span>
    </>
  );
  return to ? (
    <Link className="stat" to={to}>
      {body}
    </Link>
  ) : (
    <div className="stat">{body}</div>
  );
}

const mediaListUrl = (state: string) => `/media?filter=${encodeURIComponent(JSON.stringify({ state }))}`;

function Body({ data, refetch }: { data: Overview; refetch: () => void }) {
  const t = useT();
  const schema = useSchema();
  const isEmpty =
    Object.values(data.counts).every((n) => !n) && data.newest.length === 0 && (data.newest_media ?? []).length === 0;
  const waiting = ['found', 'probed', 'planned'].reduce((sum, state) => sum + (data.counts[state] ?? 0), 0);
  if (isEmpty)
    return (
      <>
        <Empty
          title={t('home.empty')}
          action={
            <>
              <LinkButton kind="primary" to="/uploads" icon={Upload}>
                {t('uploads.first')}
              </LinkButton>
              <LinkButton to="/content/create">{t('home.first_content')}</LinkButton>
            </>
          }
        >
          {t('home.empty_why')}
        </Empty>
        {data.disk && <Disk disk={data.disk} />}
      </>
    );
  return (
    <>
      <div className="stats">
        {data.viewers !== null && <Stat value={data.viewers} label={t('home.viewers')} live={data.viewers > 0} />}
        <Stat value={data.counts.encoding ?? 0} label={t('home.encoding')} to={mediaListUrl('encoding')} />
        <Stat value={waiting} label={t('home.waiting')} to={mediaListUrl('found,probed,planned')} />
        <Stat value={data.counts.ready ?? 0} label={t('home.ready')} to={mediaListUrl('ready')} />
        <Stat
          value={data.content.published ?? 0}
          label={t('home.published')}
          to={`/content?filter=${encodeURIComponent('{"status":"published"}')}`}
        />
        <Stat
          value={data.content.draft ?? 0}
          label={t('home.drafts')}
          to={`/content?filter=${encodeURIComponent('{"status":"draft"}')}`}
        />
      </div>
      {schema.may('list', 'channels') && <Channels />}
      <Audience />
      <div className="home-grid">
        <div className="stack wide-gap">
          <Running media={data.running} />
          {data.failed.length > 0 && <Failed media={data.failed} />}
          {(data.event_failures ?? []).length > 0 && (
            <EventFailures failures={data.event_failures ?? []} onRetried={refetch} />
          )}
          {(data.refused_by_region ?? 0) > 0 && <RefusedByRegion count={data.refused_by_region ?? 0} />}
          <Newest
            content={data.newest}
            media={(data.newest_media ?? []).filter((m: Row) => m.state === 'ready').slice(0, 8)}
          />
        </div>
        <div className="stack wide-gap">
          {data.disk && <Disk disk={data.disk} />}
          {(data.playback_sessions ?? []).length > 0 && (
            <PlaybackSessions sessions={data.playback_sessions ?? []} onEnded={refetch} />
          )}
          {schema.may('list', 'audit_entries') && (
            <Section
              title={t('home.changes')}
              action={
                <Link className="link" to="/audit_entries">
                  {t('related.all')}
                </Link>
              }
            >
              <Changes changes={data.changes} />
            </Section>
          )}
        </div>
      </div>
    </>
  );
}

export function HomePage() {
  const t = useT();
  usePageRequests([
    { name: 'panel.overview', method: 'GET', url: OVERVIEW },
    { name: 'panel.statistics', method: 'GET', url: statisticsUrl(28) },
  ]);
  const { data, error, refetch } = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => get<Overview>(OVERVIEW, { signal }),
    refetchInterval: 30_000,
  });
  return (
    <div className="home">
      <PageHead title={t('nav.home')}>
        <LinkButton kind="primary" to="/uploads" icon={Upload}>
          {t('nav.uploads')}
        </LinkButton>
      </PageHead>
      {error && !data ? (
        <ProblemNotice error={error} retry={() => void refetch()} />
      ) : data ? (
        <Body data={data} refetch={() => void refetch()} />
      ) : (
        <div className="waiting" role="status" aria-label={t('loading')}>
          <Bars className="bars-wide loading" />
        </div>
      )}
    </div>
  );
}
