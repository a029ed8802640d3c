/** What a channel shows now, and what follows: with the picture, and as a card of the home page. */
import { Link } from 'react-router-dom';
import type { Row } from '../api/schema';
import { useReferencedRecords } from '../fields/reference/useReferences';
import { useT } from '../i18n';
import { usePageRequests } from '../panel/pageRequests';
import type { Airing } from '../schedule/airings';
import { timesOf } from '../schedule/times';
import { airingsUrl } from '../schedule/useAirings';
import { browserZone, dayOf, endOfDay, formatTime, isTimeZone, startOfDay } from '../schedule/zone';
import { useSchema } from '../SchemaContext';
import { Bars, Icon, Section, StatusBadge } from '../ui/components';
import { ExternalLink } from '../ui/lucide';
import { pictureOf, Picture } from '../ui/Picture';
import { ChannelPlayer } from './ChannelPlayer';
import { useLive } from './useLive';
import { useNowNext } from './useNowNext';
import { ViewersNow } from './ViewersNow';

const NEXT = 8;
const LIVE_ON_HOME_MS = 15_000;
const zoneOf = (channel: Row): string => (isTimeZone(channel.time_zone) ? channel.time_zone : browserZone());

function useTitle(airing: Airing | null): string {
  const t = useT();
  if (!airing) return t('channel.nothing');
  if (airing.kind === 'slate') return t('schedule.slate');
  return airing.title || t('channel.live_now');
}

function Over({ airing, now }: { airing: Airing; now: number }) {
  const t = useT();
  const over = Math.round(((now - airing.starts) / (airing.ends - airing.starts)) * 100);
  return (
    <div
      className="on-air-over"
      role="progressbar"
      aria-label={t('channel.over')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={over}
    >
      <i style={{ width: `${over}%` }} />
    </div>
  );
}

function NextRow({ airing, zone }: { airing: Airing; zone: string }) {
  const title = useTitle(airing);
  return (
    <li className="on-air-next">
      <span className="num muted">{formatTime(airing.starts, zone)}</span>
      {airing.content ? (
        <Link className="link" to={`/content/${encodeURIComponent(airing.content)}/show`} dir="auto">
          {title}
        </Link>
      ) : (
        <span className="muted">{title}</span>
      )}
    </li>
  );
}

export const LiveBadge = () => <span className="live-badge">{useT()('channel.live')}</span>;

export function OnAirPage({ channel }: { channel: Row }) {
  const t = useT();
  const zone = zoneOf(channel);
  const { now, known, on, next } = useNowNext(channel.id, NEXT);
  const status = useLive(channel.id);
  const live = status?.state === 'live';
  const title = useTitle(on);
  const today = dayOf(now, zone);
  usePageRequests([
    {
      name: 'panel.airings',
      method: 'GET',
      url: airingsUrl(channel.id, { starts: startOfDay(today, zone), ends: endOfDay(today, zone) }),
    },
  ]);
  const isOn = channel.status === 'on';
  const page = `/channel/${encodeURIComponent(String(channel.slug))}`;
  return (
    <div className="live-page">
      <div className="stack">
        {isOn ? (
          <ChannelPlayer key={String(live)} id={channel.id} />
        ) : (
          <div className="preview ink live-empty">
            <Bars className="bars-wide" />
            <p>{t('channel.is_off')}</p>
          </div>
        )}
        <header className="live-state">
          <h2 dir="auto">
            {live ? t('channel.live_now') : title} {live && <LiveBadge />}
          </h2>
          {!live && on && (
            <>
              <span className="num muted">{timesOf(on, zone)}</span>
              <Over airing={on} now={now} />
            </>
          )}
          {live && on?.kind !== 'live' && <span className="muted">{t('channel.instead_of', { title })}</span>}
          <ViewersNow viewers={status?.viewers} />
          {isOn && (
            <a className="link" href={page} target="_blank" rel="noreferrer">
              {t('live.seen_at')} {page} <Icon icon={ExternalLink} size={14} />
            </a>
          )}
        </header>
      </div>
      <Section title={t('channel.next')}>
        {known && next.length === 0 && <p className="muted quiet-line">{t('channel.no_next')}</p>}
        <ol className="rows">
          {next.map((airing) => (
            <NextRow key={airing.starts} airing={airing} zone={zone} />
          ))}
        </ol>
      </Section>
    </div>
  );
}

/** A channel on the home page: its picture, what is on, and what follows. */
export function ChannelCard({ channel }: { channel: Row }) {
  const t = useT();
  const zone = zoneOf(channel);
  const { now, on, next } = useNowNext(channel.id, 1);
  const live = useLive(channel.id, LIVE_ON_HOME_MS)?.state === 'live';
  const title = useTitle(on);
  const following = useTitle(next[0] ?? null);
  const content = useSchema().find('content');
  const [record] = useReferencedRecords(content, on?.content ? [on.content] : []);
  const isOn = channel.status === 'on';
  return (
    <li>
      <Link className="channel-card" to={`/channels/${encodeURIComponent(channel.id)}/show${live ? '?tab=live' : ''}`}>
        <Picture src={record ? pictureOf(record) : null} seed={on?.content ?? channel.id} />
        <span className="channel-card-words">
          <span className="channel-card-name">
            <b dir="auto">{String(channel.name)}</b>
            {live ? (
              <LiveBadge />
            ) : (
              <StatusBadge tone={isOn ? 'ready' : 'quiet'}>{t(isOn ? 'channel.on' : 'channel.off')}</StatusBadge>
            )}
          </span>
          {isOn && (
            <>
              <span dir="auto">{live ? t('channel.live_now') : title}</span>
              {!live && on && <Over airing={on} now={now} />}
              {next[0] && (
                <span className="muted num">
                  {formatTime(next[0].starts, zone)} {following}
                </span>
              )}
            </>
          )}
        </span>
      </Link>
    </li>
  );
}
