/** The live stream of a channel: its state, what it shows, its health, and the keys with which encoders publish. */
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { usePageRequests } from '../panel/pageRequests';
import { useSchema } from '../SchemaContext';
import { Bars, Icon, RelativeTime, StatusBadge, type Tone } from '../ui/components';
import { BookOpen, ExternalLink } from '../ui/lucide';
import { ChannelPlayer } from './ChannelPlayer';
import { isValid, type LiveState } from './live';
import { LiveHealth } from './LiveHealth';
import { LivePreview } from './LivePreview';
import { StreamKeys } from './StreamKeys';
import { ViewersNow } from './ViewersNow';
import { keysUrl, liveUrl, useLive, useStreamKeys } from './useLive';

const TONES: Record<LiveState, Tone> = { off: 'quiet', waiting: 'waiting', live: 'live', interrupted: 'waiting' };

export function LivePage({ channel }: { channel: Row }) {
  const t = useT();
  const mayPublish = useSchema().may('update', 'channels');
  const status = useLive(channel.id);
  const keys = useStreamKeys(channel.id, mayPublish);
  usePageRequests([
    { name: 'panel.live', method: 'GET', url: liveUrl(channel.id) },
    ...(mayPublish
      ? [{ name: 'panel.stream_key' as const, method: 'POST' as const, url: keysUrl(channel.id), body: { name: '' } }]
      : []),
  ]);
  const waiting = keys.keys?.some((key) => isValid(key, Date.now()));
  const state: LiveState = status?.state ?? (waiting ? 'waiting' : 'off');
  const stream = status?.stream ?? null;
  const page = `/channel/${encodeURIComponent(String(channel.slug))}`;
  return (
    <div className="live-page">
      <div className="stack wide-gap">
        <header className="live-state" data-state={state}>
          <h2>
            <StatusBadge tone={TONES[state]}>
              {t(`live.state.${state}`)}
              {state === 'live' && stream?.started_at && (
                <>
                  {' '}
                  <RelativeTime at={stream.started_at} />
                </>
              )}
            </StatusBadge>
          </h2>
          <p className="muted">
            {t(`live.state_why.${state}`)}
            {stream?.key_name &&
              ` ${t('live.by', { name: stream.key_name, protocol: (stream.protocol ?? '–').toUpperCase() })}`}
          </p>
          <ViewersNow viewers={status?.viewers} />
          <p className="live-links">
            {channel.status === 'on' ? (
              <a className="link" href={page} target="_blank" rel="noreferrer">
                {t('live.seen_at')} {page} <Icon icon={ExternalLink} size={14} />
              </a>
            ) : (
              <span className="muted">{t('live.channel_off')}</span>
            )}
            <a className="link" href="/docs/live" target="_blank" rel="noreferrer">
              <Icon icon={BookOpen} size={14} /> {t('live.docs')}
            </a>
          </p>
        </header>
        {state === 'live' ? (
          mayPublish ? (
            <LivePreview key={stream?.id} channel={channel.id} />
          ) : (
            <ChannelPlayer key={stream?.id} id={channel.id} />
          )
        ) : (
          <div className="preview ink live-empty">
            <Bars className="bars-wide" />
            <p>{t(`live.state.${state}`)}</p>
          </div>
        )}
        {mayPublish && <StreamKeys keys={keys} />}
      </div>
      <div className="stack wide-gap">
        <LiveHealth status={status ?? null} />
      </div>
    </div>
  );
}
