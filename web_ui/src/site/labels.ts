/** Labels for numbers, dates, states and roles in the current language. Pure apart from that. */
import { currentLanguage, messageOrNull, t } from './i18n';
import { isAudioOnly } from './isAudioOnly';
import { displayName } from '../../shared/displayName';
import { durationParts } from '../../shared/time';
import type { Card } from '../../shared/catalogue';
import type { EncodeProgress } from '../../shared/viewerApi';

/** 5640 s → "1 h 34 min". */
export function durationLabel(seconds: number): string {
  const { h, m, s } = durationParts(seconds);
  if (s > 0) return t('time.s', { s });
  if (h === 0) return t('time.m', { m });
  return m === 0 ? t('time.h', { h }) : t('time.hm', { h, m });
}

/** Watched fraction, 0 to 1. */
export function watchedFraction(card: Pick<Card, 'progress'>): number {
  const p = card.progress;
  return p && p.duration_s > 0 ? Math.min(1, Math.max(0, p.position_s / p.duration_s)) : 0;
}

/** "34 min left", "Watched"; null if not started. */
export function remainingLabel(card: Pick<Card, 'progress'>): string | null {
  const fraction = watchedFraction(card);
  if (!card.progress || fraction <= 0) return null;
  if (fraction >= 0.97) return t('watched');
  return t('left', { time: durationLabel(card.progress.duration_s - card.progress.position_s) });
}

export function percentLabel(value: number): string {
  const p = Math.min(100, Math.max(0, value));
  // Only 100 % itself is shown as 100.
  return `${p >= 100 ? 100 : Math.min(99, Math.round(p))} %`;
}

export interface MediaStatus {
  state: string;
  playable: boolean;
  kind: string | null;
  progress: EncodeProgress | null;
}

/** The state of a title that is not ready: "Watch now, encoding 34 %". Null when it is ready. */
export function stateLabel({ state, playable, kind, progress }: MediaStatus): string | null {
  if (state === 'ready' || state === 'published') return null;
  if (state === 'live') return t('state.live');
  const at = progress ? percentLabel(progress.percent) : null;
  if (playable && at) return t(isAudioOnly({ kind }) ? 'state.listen_now' : 'state.watch_now', { percent: at });
  if (playable) return t(isAudioOnly({ kind }) ? 'state.listen' : 'state.watch');
  if (state === 'encoding' && at) return t('state.encoding_percent', { percent: at });
  return messageOrNull(`state.${state}`) ?? t('state.soon');
}

export function etaLabel(progress: EncodeProgress | null): string | null {
  const eta = progress?.eta_s;
  if (!eta || eta <= 0) return null;
  return eta < 60 ? t('state.seconds') : t('state.left', { time: durationLabel(eta) });
}

/** "de" → "German" in English, "Deutsch" in German. */
export function languageName(tag: string): string {
  return displayName('language', tag, currentLanguage());
}

/** "2024-03-05" → "5 March 2024"; a year alone stays one. */
export function dateLabel(iso: string): string {
  if (/^\d{4}$/.test(iso)) return iso;
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'long', timeZone: 'UTC' }).format(at);
}

/** The time of day in the time zone of the reader. */
export function timeLabel(iso: string): string {
  return new Intl.DateTimeFormat(currentLanguage(), { timeStyle: 'short' }).format(new Date(iso));
}

/** 2160 → "4K", 1080 → "Full HD", other heights as "480p". */
export function qualityLabel(heights: readonly number[]): string | null {
  const best = Math.max(0, ...heights);
  if (best === 0) return null;
  const name = best >= 2160 ? '4K' : best >= 1080 ? 'Full HD' : best >= 720 ? 'HD' : null;
  return name ? `${name} · ${best}p` : `${best}p`;
}

/** The label of a role; unknown roles are capitalised. */
export function roleLabel(name: string): string {
  const known = messageOrNull(`role.${name.toLowerCase().replaceAll(' ', '_')}`);
  return known ?? (name ? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ') : t('role.other'));
}

/** Year, duration and number of episodes. */
export function cardFacts(card: Pick<Card, 'year' | 'duration_s'> & { episodes?: number }): string[] {
  return [
    ...(card.year ? [String(card.year)] : []),
    ...(card.duration_s ? [durationLabel(card.duration_s)] : []),
    ...(card.episodes ? [t('series.count', { n: card.episodes })] : []),
  ];
}

const BROWSERS: [RegExp, string][] = [
  [/otnet-tv|Tizen|Web0S|webOS|AFT|BRAVIA|SMART-TV|Android TV/i, 'TV'],
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/Tizen/, 'Samsung'],
  [/Web0S|webOS/, 'LG'],
  [/AFT/, 'Fire TV'],
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** "Mozilla/5.0 (X11; Linux x86_64) … Chrome/131.0" → "Chrome, Linux". */
export function deviceName(agent: string): string {
  const names = [BROWSERS, SYSTEMS].map((list) => list.find(([pattern]) => pattern.test(agent))?.[1]).filter(Boolean);
  return names.join(', ') || agent.slice(0, 60) || '–';
}
