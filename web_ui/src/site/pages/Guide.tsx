/** The guide: channels × time with a line at the current time; a list on small screens. */
import { useEffect, useRef } from 'preact/hooks';
import { endpoints } from '../api/endpoints';
import { useCachedGet } from '../api/cache';
import { t } from '../i18n';
import { ChevronLeft, ChevronRight } from 'lucide';
import { Icon } from '../components/Icon';
import { LoadingNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { ProblemNotice } from '../components/ProblemNotice';
import { clockTime, dayName, HOUR_MS, hoursOf, isOn, placeOf, spanLabel, useNow } from '../guide/times';
import { Upcoming } from '../guide/Upcoming';
import { LiveBadge } from '../guide/LiveBadge';
import type { ChannelGuide, GuideEntry, GuidePage } from '../../../shared/viewerApi';
import { EntryRow } from './Channel';

const HOUR_PX = 260;
const LISTED = 4;
const UPCOMING = 8;

export function Guide() {
  const { data, problem, reload } = useCachedGet<GuidePage>(endpoints.guide());
  if (!data) {
    return (
      <Page title={t('guide.title')} state={problem ? 'error' : 'loading'}>
        {problem ? <ProblemNotice problem={problem} retry={reload} /> : <LoadingNotice />}
      </Page>
    );
  }
  if (data.channels.length === 0) {
    return (
      <Page title={t('guide.title')} state="empty">
        <Notice title={t('guide.empty')} explanation={t('guide.empty_why')} state="empty" />
      </Page>
    );
  }
  return <GuideOf guide={data} />;
}

function GuideOf({ guide }: { guide: GuidePage }) {
  const now = useNow();
  const coming = guide.channels
    .flatMap((channel) => channel.entries.map((entry) => ({ entry, channel })))
    .filter(({ entry }) => entry.kind === 'program' && Date.parse(entry.starts_at) > now)
    .sort((a, b) => Date.parse(a.entry.starts_at) - Date.parse(b.entry.starts_at))
    .slice(0, UPCOMING);
  return (
    <Page title={t('guide.title')} state="listed">
      <h1 class="page-title">{t('guide.title')}</h1>
      <Grid guide={guide} now={now} />
      <div class="guide-list">
        {guide.channels.map((channel) => (
          <ChannelSection key={channel.id} channel={channel} now={now} />
        ))}
      </div>
      {coming.length > 0 && (
        <section class="guide-upcoming" aria-labelledby="upcoming">
          <h2 id="upcoming">{t('upcoming.title')}</h2>
          <Upcoming items={coming} now={now} withChannel />
        </section>
      )}
    </Page>
  );
}

function Grid({ guide, now }: { guide: GuidePage; now: number }) {
  const start = Date.parse(guide.starts_at);
  const end = Date.parse(guide.ends_at);
  const scroller = useRef<HTMLDivElement>(null);
  const nowPlace = ((now - start) / (end - start)) * 100;
  const scroll = (hours: number) => scroller.current?.scrollBy({ left: hours * HOUR_PX, behavior: 'smooth' });
  useEffect(() => {
    if (scroller.current) scroller.current.scrollLeft = ((now - start) / HOUR_MS - 0.5) * HOUR_PX;
  }, []);
  return (
    <section class="guide-grid" aria-label={t('guide.title')} data-testid="guide-grid">
      <div class="guide-tools">
        <p class="muted">{dayName(now)}</p>
        <button type="button" class="icon-button" aria-label={t('guide.earlier')} onClick={() => scroll(-1)}>
          <Icon node={ChevronLeft} />
        </button>
        <button type="button" class="icon-button" aria-label={t('guide.later')} onClick={() => scroll(1)}>
          <Icon node={ChevronRight} />
        </button>
      </div>
      <div class="guide-scroll" ref={scroller}>
        <div class="guide-wide" style={{ '--guide-width': `${((end - start) / HOUR_MS) * HOUR_PX}px` }}>
          <div class="guide-row guide-hours" aria-hidden="true">
            <span class="guide-name" />
            <div class="guide-track">
              {hoursOf(start, end).map((hour) => (
                <span key={hour} class="time" style={{ left: `${((hour - start) / (end - start)) * 100}%` }}>
                  {clockTime(hour)}
                </span>
              ))}
            </div>
          </div>
          {guide.channels.map((channel) => (
            <div class="guide-row" key={channel.id} data-row>
              <a class="guide-name" href={channel.href} data-item dir="auto">
                {channel.name} {channel.live_since && <LiveBadge />}
              </a>
              <ol class="guide-track">
                {channel.entries.map((entry) => (
                  <Cell key={entry.starts_at} entry={entry} channel={channel} start={start} end={end} now={now} />
                ))}
                {nowPlace >= 0 && nowPlace <= 100 && (
                  <li class="guide-now" aria-hidden="true" style={{ left: `${nowPlace}%` }} />
                )}
              </ol>
            </div>
          ))}
        </div>
      </div>
    </section>
  );
}

interface CellProps {
  entry: GuideEntry;
  channel: ChannelGuide;
  start: number;
  end: number;
  now: number;
}

/** What is on leads to the channel, everything else to its title. */
function Cell({ entry, channel, start, end, now }: CellProps) {
  const place = placeOf(entry, start, end);
  if (!place) return null;
  const on = isOn(entry, now);
  return (
    <li class="guide-cell" data-on={on} style={{ left: `${place.left}%`, width: `${place.width}%` }}>
      <a
        href={on ? channel.href : (entry.href ?? channel.href)}
        data-item
        aria-current={on ? 'time' : undefined}
        title={`${spanLabel(entry)} ${entry.title}`}
      >
        <span class="guide-title" dir="auto">
          {entry.title}
        </span>
        <span class="time muted">{spanLabel(entry)}</span>
      </a>
    </li>
  );
}

function ChannelSection({ channel, now }: { channel: ChannelGuide; now: number }) {
  const coming = channel.entries.filter((entry) => Date.parse(entry.ends_at) > now).slice(0, LISTED);
  return (
    <section aria-labelledby={`list-${channel.id}`}>
      <h2 id={`list-${channel.id}`}>
        <a href={channel.href} dir="auto">
          {channel.name}
        </a>
      </h2>
      {coming.length === 0 && <p class="muted">{t('guide.none')}</p>}
      <ol class="channel-day">
        {coming.map((entry) => (
          <EntryRow key={entry.starts_at} entry={entry} now={now} />
        ))}
      </ol>
    </section>
  );
}
