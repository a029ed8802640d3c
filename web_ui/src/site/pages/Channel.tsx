/** The page of a channel: the player, what is on now and next, what will be on, and what was on today. */
import { ArrowLeft, LayoutGrid, Radio, RotateCcw } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatClock } from '../../../shared/time';
import { endpoints } from '../api/endpoints';
import { useCachedGet } from '../api/cache';
import { t } from '../i18n';
import { Icon } from '../components/Icon';
import { Markdown } from '../components/Markdown';
import { LoadingNotice } from '../components/Notice';
import { Page } from '../components/Page';
import { ProblemNotice } from '../components/ProblemNotice';
import { LiveBadge } from '../guide/LiveBadge';
import { clockTime, fractionOver, isOn, spanLabel, useNow } from '../guide/times';
import { Upcoming } from '../guide/Upcoming';
import { playFrom, useWindow } from '../guide/useWindow';
import type { ChannelPage, GuideEntry } from '../../../shared/viewerApi';
import { PlayerHost } from '../watch/PlayerHost';
import type { Engine, WatchState } from '../watch/player';

const LISTED = 12;
const RELOAD_MS = 60_000;
const FOLLOW_MS = 2000;

export function Channel({ slug }: { slug: string }) {
  const { data: channel, problem, reload } = useCachedGet<ChannelPage>(endpoints.channel(slug));
  const [state, setState] = useState<WatchState>('loading');
  const [round, setRound] = useState(0);
  const [engine, setEngine] = useState<Engine | null>(null);
  const window = useWindow(engine);
  const now = useNow();
  const over = channel?.now && Date.parse(channel.now.ends_at) <= now;
  const reloadedFor = useRef('');
  useEffect(() => {
    if (!over || !channel?.now || reloadedFor.current === channel.now.ends_at) return;
    reloadedFor.current = channel.now.ends_at;
    reload();
  }, [over, channel]);
  useEffect(() => {
    const timer = globalThis.setInterval(() => document.visibilityState === 'visible' && reload(), RELOAD_MS);
    return () => globalThis.clearInterval(timer);
  }, [slug]);
  // Who came during a live stream has its own manifests. When they end, the player is loaded with those of the channel.
  useEffect(() => {
    let timer = 0;
    const follow = () => {
      timer = globalThis.window.setTimeout(() => {
        reload();
        setRound((n) => n + 1);
      }, FOLLOW_MS);
    };
    engine?.addEventListener('ended', follow);
    return () => {
      globalThis.window.clearTimeout(timer);
      engine?.removeEventListener('ended', follow);
    };
  }, [engine]);
  if (!channel) {
    return (
      <Page title={problem ? t('fault.not_found') : ''} state={problem ? 'error' : 'loading'}>
        {problem ? <ProblemNotice problem={problem} retry={reload} /> : <LoadingNotice />}
      </Page>
    );
  }
  const live = channel.live_since ?? null;
  const behind = window?.behind ?? 0;
  const watchedAt = behind > 0 && window ? window.at : now;
  const watched = channel.today.find((entry) => isOn(entry, watchedAt)) ?? channel.now;
  const earlier = channel.today.filter((entry) => Date.parse(entry.ends_at) <= now).reverse();
  const later = channel.today.filter((entry) => Date.parse(entry.starts_at) > now);
  const upcoming = later.length > 0 || !channel.next ? later : [channel.next];
  const coming = upcoming.slice(0, LISTED).map((entry) => ({ entry, channel }));
  return (
    <Page title={channel.name} state={state} class="watch" complete>
      <div class="stage ink">
        <header class="watch-head">
          <a class="watch-back" href="/" data-testid="back">
            <Icon node={ArrowLeft} />
            <span>{t('watch.back_home')}</span>
          </a>
          <a class="watch-back" href="/guide">
            <Icon node={LayoutGrid} size={18} />
            <span>{t('guide.all')}</span>
          </a>
        </header>
        <PlayerHost key={round} src={channel.playback} audio={false} onState={setState} onEngine={setEngine} />
      </div>
      <div class="page watch-below channel-below">
        <section class="channel-words">
          <h1 dir="auto">
            {channel.name} <LiveBadge />
          </h1>
          {live ? (
            <p data-testid="live-now">
              <strong>{t('channel.live_now')}</strong>{' '}
              <span class="time muted">{t('channel.since', { time: clockTime(live) })}</span>
            </p>
          ) : (
            watched && <NowOn entry={watched} now={watchedAt} />
          )}
          {typeof channel.viewers === 'number' && channel.viewers > 0 && (
            <p class="muted" data-testid="viewers">
              {t('channel.viewers', { n: channel.viewers })}
            </p>
          )}
          <div class="actions">
            {watched && !live && window && Date.parse(watched.starts_at) > window.start && (
              <button
                type="button"
                class="button quiet"
                onClick={() => playFrom(engine!, window, Date.parse(watched.starts_at))}
              >
                <Icon node={RotateCcw} size={18} /> {t('channel.start_over')}
              </button>
            )}
            {behind > 0 && (
              <button type="button" class="button quiet" onClick={() => engine?.goLive()}>
                <Icon node={Radio} size={18} /> {t('channel.go_live', { behind: formatClock(behind) })}
              </button>
            )}
          </div>
          {channel.next && (
            <p class="muted" data-testid="next-up">
              {t('channel.next', { time: clockTime(channel.next.starts_at), title: channel.next.title })}
            </p>
          )}
          {channel.description && <Markdown text={channel.description} class="muted" />}
        </section>
        <section aria-labelledby="upcoming">
          <h2 id="upcoming">{t('upcoming.title')}</h2>
          {coming.length === 0 && <p class="muted">{t('channel.none_today')}</p>}
          <Upcoming items={coming} now={now} />
        </section>
        {earlier.length > 0 && (
          <details class="channel-earlier">
            <summary>
              <h2>{t('channel.earlier', { n: earlier.length })}</h2>
            </summary>
            <ol class="channel-day">
              {earlier.map((entry) => (
                <EntryRow key={entry.starts_at} entry={entry} now={now}>
                  {!live && window && Date.parse(entry.starts_at) > window.start && (
                    <button
                      type="button"
                      class="icon-button"
                      aria-label={t('channel.watch_from_start', { title: entry.title })}
                      title={t('channel.watch_from_start', { title: entry.title })}
                      onClick={() => {
                        scrollTo({ top: 0 });
                        playFrom(engine!, window, Date.parse(entry.starts_at));
                      }}
                    >
                      <Icon node={RotateCcw} size={18} />
                    </button>
                  )}
                </EntryRow>
              ))}
            </ol>
          </details>
        )}
      </div>
    </Page>
  );
}

function NowOn({ entry, now }: { entry: GuideEntry; now: number }) {
  const over = Math.round(fractionOver(entry, now) * 100);
  return (
    <div class="channel-now" data-testid="now-on">
      <p>
        <strong dir="auto">{entry.title}</strong> <span class="time muted">{spanLabel(entry)}</span>
      </p>
      <div class="channel-meter" role="progressbar" aria-label={t('channel.over')} aria-valuenow={over}>
        <i style={{ width: `${over}%` }} />
      </div>
    </div>
  );
}

export function EntryRow({ entry, now, children }: { entry: GuideEntry; now: number; children?: ComponentChildren }) {
  const on = isOn(entry, now);
  const past = Date.parse(entry.ends_at) <= now;
  return (
    <li class="airing" data-on={on} data-past={past} aria-current={on ? 'time' : undefined}>
      <span class="time">{clockTime(entry.starts_at)}</span>
      <span class="airing-words">
        {entry.href ? (
          <a href={entry.href} dir="auto">
            {entry.title}
          </a>
        ) : (
          <span dir="auto">{entry.title}</span>
        )}
        {entry.subtitle && (
          <span class="muted" dir="auto">
            {entry.subtitle}
          </span>
        )}
      </span>
      {on && <LiveBadge />}
      {children}
    </li>
  );
}
