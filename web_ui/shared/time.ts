/** Formats times and durations. Pure. */
const pad = (n: number): string => String(n).padStart(2, '0');

/** 3725 s → "1:02:05", 65 s → "1:05"; "–" for an unknown time. */
export function formatClock(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const total = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** A duration rounded for a label: whole minutes, or whole seconds (at least one) below one minute. */
export function durationParts(seconds: number): { h: number; m: number; s: number } {
  if (seconds < 59.5) return { h: 0, m: 0, s: Math.max(1, Math.round(seconds)) };
  const minutes = Math.round(seconds / 60);
  return { h: Math.floor(minutes / 60), m: minutes % 60, s: 0 };
}

const RELATIVE_UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** "3 hours ago", "in 2 days"; `nowText` for less than a minute, and an empty text for an invalid time. */
export function relativeTime(iso: string, language: string, nowText?: string, now = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  if (!Number.isFinite(seconds)) return '';
  const formatter = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const unit = RELATIVE_UNITS.find(([, length]) => Math.abs(seconds) >= length);
  if (!unit) return nowText ?? formatter.format(0, 'second');
  return formatter.format(Math.trunc(seconds / unit[1]), unit[0]);
}
