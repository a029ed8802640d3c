/** Which days of a channel's schedule are on the page; the view and the day are in the address. */
import { useSearchParams } from 'react-router-dom';
import type { Row } from '../api/schema';
import { useLocale } from '../i18n';
import { browserZone, dayOf, isDay, isTimeZone, weekOf, type Day } from './zone';

export const VIEWS = ['day', 'week'] as const;
export type View = (typeof VIEWS)[number];

export function usePlace(channel: Row | undefined, firstView: View) {
  const [params, setParams] = useSearchParams();
  const locale = useLocale();
  const zone = isTimeZone(channel?.time_zone) ? channel.time_zone : browserZone();
  const view: View = VIEWS.find((v) => v === params.get('view')) ?? firstView;
  const date = params.get('date');
  const day: Day = isDay(date) ? date : dayOf(Date.now(), zone);
  const week = weekOf(day, navigator.language.startsWith(locale) ? navigator.language : locale);
  const go = (values: Partial<Record<'channel' | 'date' | 'view', string>>) =>
    setParams({ ...Object.fromEntries(params), ...values }, { replace: true });
  return { channel, zone, view, day, week, days: view === 'week' ? week : [day], go };
}
export type Place = ReturnType<typeof usePlace>;
