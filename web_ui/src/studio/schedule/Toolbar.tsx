/** Chooses what the schedule shows: the channel, the day or week, and the scale. */
import type { ReactNode } from 'react';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { Button, IconButton } from '../ui/components';
import { ChevronLeft, ChevronRight, ZoomIn, ZoomOut } from '../ui/lucide';
import { RadioGroup } from '../ui/RadioGroup';
import { dayName, shortDayName } from './dayNames';
import { VIEWS, type Place } from './usePlace';
import { addDays, dayOf, isDay, isTimeZone } from './zone';

interface Props {
  place: Place;
  /** Empty on the page of a channel. */
  channels: readonly Row[];
  narrow: boolean;
  zoom: { level: number; levels: number; change: (by: 1 | -1) => void };
  children?: ReactNode;
}

export function Toolbar({ place, channels, narrow, zoom, children }: Props) {
  const t = useT();
  const { channel, zone, view, day, days, week, go } = place;
  const step = view === 'week' ? 7 : 1;
  const today = dayOf(Date.now(), zone);
  return (
    <>
      <div className="schedule-bar">
        {channels.length > 0 && (
          <select
            className="control"
            value={channel?.id}
            aria-label={t('schedule.channel')}
            onChange={(e) => go({ channel: e.target.value })}
          >
            {channels.map((c) => (
              <option key={c.id} value={c.id}>
                {String(c.name)}
              </option>
            ))}
          </select>
        )}
        <span className="schedule-days">
          <IconButton
            label={t(`schedule.previous.${view}`)}
            icon={ChevronLeft}
            onClick={() => go({ date: addDays(day, -step) })}
          />
          <input
            className="control num"
            type="date"
            value={day}
            aria-label={t('schedule.day')}
            onChange={(e) => isDay(e.target.value) && go({ date: e.target.value })}
          />
          <IconButton
            label={t(`schedule.next.${view}`)}
            icon={ChevronRight}
            onClick={() => go({ date: addDays(day, step) })}
          />
          <Button small onClick={() => go({ date: today })}>
            {t('schedule.today')}
          </Button>
        </span>
        {!narrow && (
          <>
            <RadioGroup
              label={t('schedule.view')}
              values={VIEWS}
              value={view}
              optionLabel={(value) => t(`schedule.view.${value}`)}
              onChange={(value) => go({ view: value, date: day })}
            />
            <span className="schedule-days">
              <IconButton
                label={t('schedule.zoom_out')}
                icon={ZoomOut}
                disabled={zoom.level === 0}
                onClick={() => zoom.change(-1)}
              />
              <IconButton
                label={t('schedule.zoom_in')}
                icon={ZoomIn}
                disabled={zoom.level === zoom.levels - 1}
                onClick={() => zoom.change(1)}
              />
            </span>
          </>
        )}
        {children}
        <span className="muted schedule-zone">
          {days.length > 1 && !narrow && `${dayName(days[0]!)} – ${dayName(days.at(-1)!)} · `}
          {t(isTimeZone(channel?.time_zone) ? 'schedule.zone_of_channel' : 'schedule.zone_of_browser', { zone })}
        </span>
      </div>
      {narrow && (
        <div className="day-tabs" role="group" aria-label={t('schedule.day')}>
          {week.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === day}
              title={dayName(one)}
              data-today={one === today || undefined}
              onClick={() => go({ date: one })}
            >
              {shortDayName(one)}
            </button>
          ))}
        </div>
      )}
    </>
  );
}
