/** Days and wall-clock times in a time zone, also across changes of daylight-saving time. Instants are in ms. Pure. */
import {
  fromAbsolute,
  parseDate,
  parseDateTime,
  startOfWeek,
  toCalendarDate,
  toCalendarDateTime,
  toZoned,
} from '@internationalized/date';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const DAYS_OF_WEEK = 7;

/** A calendar day such as "2026-03-29". */
export type Day = string;

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function isTimeZone(name: unknown): name is string {
  if (typeof name !== 'string' || name === '') return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export function isDay(text: string | null): text is Day {
  try {
    return text !== null && parseDate(text).toString() === text;
  } catch {
    return false;
  }
}

export const dayOf = (instant: number, zone: string): Day => toCalendarDate(fromAbsolute(instant, zone)).toString();
export const startOfDay = (day: Day, zone: string): number => parseDate(day).toDate(zone).getTime();
export const addDays = (day: Day, days: number): Day => parseDate(day).add({ days }).toString();
/** The end of a day is the start of the next one: a day has 23 or 25 hours when the clocks change. */
export const endOfDay = (day: Day, zone: string): number => startOfDay(addDays(day, 1), zone);

/** The seven days of the week of a day, from the first day of the week of a locale. */
export function weekOf(day: Day, locale: string): Day[] {
  const first = startOfWeek(parseDate(day), locale);
  return Array.from({ length: DAYS_OF_WEEK }, (_, days) => first.add({ days }).toString());
}

/** The wall-clock time of an instant, as an `<input type="datetime-local">` has it; with seconds if it has any. */
export function wallTime(instant: number, zone: string): string {
  const text = toCalendarDateTime(fromAbsolute(instant, zone)).set({ millisecond: 0 }).toString();
  return text.endsWith(':00') ? text.slice(0, -3) : text;
}

/** The instant of a wall-clock time, the first one if there are two; null if there is none, or it is malformed. */
export function instantOf(text: string, zone: string): number | null {
  try {
    const time = parseDateTime(text);
    const zoned = toZoned(time, zone, 'earlier');
    return toCalendarDateTime(zoned).compare(time) === 0 ? zoned.toDate().getTime() : null;
  } catch {
    return null;
  }
}

/** The instant with the same wall-clock time on another day; where that time is skipped, as much later as the skip. */
export function onDay(instant: number, day: Day, zone: string): number {
  const time = toCalendarDateTime(fromAbsolute(instant, zone));
  const { year, month, day: date } = parseDate(day);
  return toZoned(time.set({ year, month, day: date }), zone, 'compatible')
    .toDate()
    .getTime();
}

export interface Hour {
  at: number;
  /** "02:00" */
  label: string;
  /** Whether this hour is shown by the clock for the second time on this day. */
  repeated: boolean;
}

/** The full hours of a day, in the order in which they come. */
export function hoursOf(day: Day, zone: string): Hour[] {
  const hours: Hour[] = [];
  const end = endOfDay(day, zone);
  for (let at = startOfDay(day, zone); at < end; at += HOUR / 2) {
    const { hour, minute } = fromAbsolute(at, zone);
    const label = `${String(hour).padStart(2, '0')}:00`;
    if (minute === 0) hours.push({ at, label, repeated: hours.some((h) => h.label === label) });
  }
  return hours;
}

/** "20:15" */
export const formatTime = (instant: number, zone: string): string => wallTime(instant, zone).slice(11, 16);
