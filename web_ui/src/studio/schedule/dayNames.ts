/** Names of days in the language of the studio. */
import { currentLocale } from '../i18n';
import type { Day } from './zone';

const format = (day: Day, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(currentLocale(), { ...options, timeZone: 'UTC' }).format(new Date(`${day}T12:00:00Z`));

/** "Friday, 27 November 2026" */
export const dayName = (day: Day): string =>
  format(day, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
/** "Fri 27" */
export const shortDayName = (day: Day): string => format(day, { weekday: 'short', day: 'numeric' });
