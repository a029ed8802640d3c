/** The statistics document of the home page, and its figures as text. Pure. */
import { currentLocale } from '../i18n';

export const statisticsUrl = (days: number): string => `/api/v1/dashboard/statistics?days=${days}`;
export const PERIODS = [7, 28, 90] as const;
export type Period = (typeof PERIODS)[number];

/** Times in seconds or milliseconds as named; ratios from 0 to 1. Null: nothing was counted. */
export interface Figures {
  plays: number;
  viewers: number;
  watched_s: number;
  startup_median_ms: number | null;
  startup_p95_ms: number | null;
  rebuffer_ratio: number | null;
  exit_ratio: number | null;
  failure_ratio: number | null;
  errors: number;
}
export type DayFigures = Figures & { day: string };
export interface Statistics {
  from: string;
  to: string;
  days: DayFigures[];
  total: Figures;
  /** The same number of days before. */
  previous: Figures;
  titles: { id: string; title: string; plays: number; watched_s: number }[];
}

const number = (value: number, options: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat(currentLocale(), options).format(value);

/** 5400 → "1.5 h", 90 → "2 min". */
export function formatWatched(seconds: number): string {
  if (seconds >= 3600) return `${number(seconds / 3600, { maximumFractionDigits: seconds >= 36_000 ? 0 : 1 })} h`;
  return seconds >= 30 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds)} s`;
}
export const formatStartup = (ms: number | null): string =>
  ms === null ? '–' : `${number(ms / 1000, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} s`;
export const formatRatio = (ratio: number | null): string =>
  ratio === null ? '–' : `${number(ratio * 100, { maximumFractionDigits: ratio < 0.1 ? 1 : 0 })} %`;

/** The change against the period before as a signed percentage; null if there is nothing to compare with. */
export function changeOf(now: number | null, before: number | null): string | null {
  if (!now || !before) return null;
  const percent = Math.round((now / before - 1) * 100);
  return `${percent > 0 ? '+' : percent < 0 ? '−' : '±'}${number(Math.abs(percent), {})} %`;
}

export const isWithoutPlays = ({ total, previous }: Statistics): boolean =>
  total.plays + previous.plays + total.watched_s === 0;
