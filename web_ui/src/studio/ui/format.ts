/** Localized numbers, times and sizes with units. */
import { displayName } from '../../../shared/displayName';
import { formatClock, relativeTime } from '../../../shared/time';
import { bitrate, bytes, channels, codec } from '../../format';
import { currentLocale, translate } from '../i18n';

export { bitrate, channels, codec, formatClock };

const localizeDecimal = (text: string): string => (currentLocale() === 'de' ? text.replace('.', ',') : text);
export const formatSize = (n: number | null | undefined): string =>
  n === null || n === undefined ? '–' : localizeDecimal(bytes(n));
/** The regional variant of the current language from the browser's settings (en-GB, en-US), for dates. */
function dateLocale(): string {
  const locale = currentLocale();
  return navigator.languages?.find((tag) => tag.startsWith(locale)) ?? locale;
}

export const formatBitrate = (n: number | null | undefined): string => (n ? localizeDecimal(bitrate(n)) : '–');
export const formatNumber = (n: number): string => new Intl.NumberFormat(currentLocale()).format(n);
export const formatSpeed = (n: number): string => localizeDecimal(`${n >= 10 ? Math.round(n) : n.toFixed(1)}×`);
/** Only 100 % itself is shown as 100. */
export const formatPercent = (n: number): string => `${n >= 100 ? 100 : Math.max(0, Math.min(99, Math.round(n)))} %`;

/** "3 hours ago", "in 2 days", "just now". */
export const formatRelative = (iso: string, now = Date.now()): string =>
  relativeTime(iso, currentLocale(), translate('time.now'), now) || '–';

export const formatDateTime = (iso: string): string =>
  new Date(iso).toLocaleString(dateLocale(), { dateStyle: 'medium', timeStyle: 'medium' });
export const formatDate = (iso: string): string =>
  new Date(`${iso.slice(0, 10)}T12:00:00`).toLocaleDateString(dateLocale(), { dateStyle: 'medium' });

/** 5640 → "1 h 34 min". */
export function formatSpan(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  const [h, m] = [Math.floor(s / 3600), Math.round((s % 3600) / 60)];
  if (h === 0) return s % 60 && s < 600 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${m} min`;
  return m ? `${h} h ${m} min` : `${h} h`;
}

/** Remaining time: "23 h 12 min", "4:09" in the last hour; null when over. */
export function formatRemaining(iso: string, now = Date.now()): string | null {
  const s = Math.floor((Date.parse(iso) - now) / 1000);
  if (!(s > 0)) return null;
  if (s >= 86_400) return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
  return s >= 3600 ? `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min` : formatClock(s);
}

export const languageName = (tag: string): string =>
  tag === 'und' ? translate('language.unknown') : displayName('language', tag, currentLocale());
export const countryName = (code: string): string => displayName('region', code, currentLocale());
