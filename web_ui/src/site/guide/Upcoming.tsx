/** What will be on, with a countdown, a reminder and a calendar file. */
import { Bell, BellRing, CalendarPlus } from 'lucide';
import { Icon } from '../components/Icon';
import { currentLanguage, t } from '../i18n';
import { durationLabel } from '../labels';
import type { GuideEntry } from '../../../shared/viewerApi';
import { calendarName, calendarOf } from './calendar';
import { canRemind, useReminder } from './reminders';
import { clockTime } from './times';

export interface UpcomingEntry {
  entry: GuideEntry;
  channel: { name: string; href: string };
}

const DAY_MS = 86_400_000;

function saveCalendar({ entry, channel }: UpcomingEntry): void {
  const url = new URL(channel.href, location.href).href;
  const { starts_at, ends_at, title, description } = entry;
  const body = calendarOf({ starts_at, ends_at, title, description, channel: channel.name, url });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([body], { type: 'text/calendar' }));
  link.download = calendarName(title);
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** "in 1 h 58 min" */
const countdown = (seconds: number): string =>
  seconds < 60 ? t('upcoming.now') : t('upcoming.in', { time: durationLabel(seconds) });

/** The day and the time of an entry of another day. */
const startLabel = (iso: string, now: number): string =>
  new Date(iso).toDateString() === new Date(now).toDateString()
    ? clockTime(iso)
    : new Date(iso).toLocaleString(currentLanguage(), { weekday: 'short', hour: 'numeric', minute: '2-digit' });

function Row({ item, now, withChannel }: { item: UpcomingEntry; now: number; withChannel: boolean }) {
  const { entry, channel } = item;
  const { starts_at, title } = entry;
  const [isSet, toggle] = useReminder({ starts_at, title, channel: channel.name, href: channel.href });
  const soon = Date.parse(starts_at) - now < DAY_MS;
  return (
    <li class="airing upcoming">
      <span class="time">{startLabel(starts_at, now)}</span>
      <span class="airing-words">
        {entry.href ? (
          <a href={entry.href} dir="auto">
            {title}
          </a>
        ) : (
          <span dir="auto">{title}</span>
        )}
        <span class="muted">
          {withChannel && (
            <>
              <a href={channel.href} dir="auto">
                {channel.name}
              </a>
              {soon && ' · '}
            </>
          )}
          {soon && countdown((Date.parse(starts_at) - now) / 1000)}
        </span>
      </span>
      <span class="upcoming-tools">
        {canRemind() && (
          <button
            type="button"
            class="icon-button"
            aria-pressed={isSet}
            aria-label={t(isSet ? 'remind.remove' : 'remind.add', { title })}
            title={t(isSet ? 'remind.remove' : 'remind.add', { title })}
            onClick={() => void toggle()}
          >
            <Icon node={isSet ? BellRing : Bell} size={18} />
          </button>
        )}
        <button
          type="button"
          class="icon-button"
          aria-label={t('remind.calendar', { title })}
          title={t('remind.calendar', { title })}
          onClick={() => saveCalendar(item)}
        >
          <Icon node={CalendarPlus} size={18} />
        </button>
      </span>
    </li>
  );
}

export function Upcoming({
  items,
  now,
  withChannel = false,
}: {
  items: readonly UpcomingEntry[];
  now: number;
  withChannel?: boolean;
}) {
  return (
    <ol class="channel-day" data-testid="upcoming">
      {items.map((item) => (
        <Row key={`${item.channel.href} ${item.entry.starts_at}`} item={item} now={now} withChannel={withChannel} />
      ))}
    </ol>
  );
}
