/** The page of a channel: the player, what is on now and next, and the programs of today. */
import { ArrowLeft, LayoutGrid } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
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
import type { ChannelPage, GuideEntry } from '../../../shared/viewerApi';
import { PlayerHost } from '../watch/PlayerHost';
import type { WatchState } from '../watch/player';

const nothing = () => undefined;

export function Channel({ slug }: { slug: string }) {
  const { data: channel, problem, reload } = useCachedGet<ChannelPage>(endpoints.channel(slug));
  const [state, setState] = useState<WatchState>('loading');
  const now = useNow();
  const over = channel?.now && Date.parse(channel.now.ends_at) <= now;
  const reloadedFor = useRef('');
  useEffect(() => {
    if (!over || !channel?.now || reloadedFor.current === channel.now.ends_at) return;
    reloadedFor.current = channel.now.ends_at;
    reload();
  }, [over, channel]);
  if (!channel) {
    return (
      <Page title={problem ? t('fault.not_found') : ''} state={problem ? 'error' : 'loading'}>
        {problem ? <ProblemNotice problem={problem} retry={reload} /> : <LoadingNotice />}
      </Page>
    );
  }
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
        <PlayerHost src={channel.playback} audio={false} onState={setState} onEngine={nothing} />
      </div>
      <div class="page watch-below channel-below">
        <section class="channel-words">
          <h1 dir="auto">
            {channel.name} <LiveBadge />
          </h1>
          {channel.now && <NowOn entry={channel.now} now={now} />}
          {channel.next && (
            <p class="muted" data-testid="next-up">
              {t('channel.next', { time: clockTime(channel.next.starts_at), title: channel.next.title })}
            </p>
          )}
          {channel.description && <Markdown text={channel.description} class="muted" />}
        </section>
        <section aria-labelledby="today">
          <h2 id="today">{t('channel.today')}</h2>
          {channel.today.length === 0 && <p class="muted">{t('channel.none_today')}</p>}
          <ol class="channel-day">
            {channel.today.map((entry) => (
              <EntryRow key={entry.starts_at} entry={entry} now={now} />
            ))}
          </ol>
        </section>
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

export function EntryRow({ entry, now }: { entry: GuideEntry; now: number }) {
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
    </li>
  );
}
