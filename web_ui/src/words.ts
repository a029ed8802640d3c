/** Numbers and states in the words a viewer reads. Pure; every function is a table or a formatter. */
import type { Media } from './api';

const pad = (n: number) => String(n).padStart(2, '0');

/** 3725 s → "1:02:05", 65 s → "1:05". */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s % 60)}` : `${m}:${pad(s % 60)}`;
}

/** 5640 s → "1 h 34 min", 50 s → "50 s". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  const h = Math.floor(minutes / 60);
  if (h === 0) return `${minutes} min`;
  return minutes % 60 === 0 ? `${h} h` : `${h} h ${minutes % 60} min`;
}

export function timeLeft(seconds: number): string {
  return seconds < 60 ? 'less than a minute left' : `about ${duration(seconds)} left`;
}

/** Times real time: 3.42 → "3.4×", 12.3 → "12×". */
export function speed(times: number): string {
  return `${times >= 10 ? Math.round(times) : times.toFixed(1)}×`;
}

export function percent(value: number): string {
  const p = Math.min(100, Math.max(0, value));
  // 99.6 % is not done: only what is complete may say 100.
  return `${p >= 100 ? 100 : Math.min(99, Math.round(p))} %`;
}

export function bitrate(bitsPerSecond: number): string {
  if (bitsPerSecond < 1e6) return `${Math.round(bitsPerSecond / 1e3)} kb/s`;
  return `${(bitsPerSecond / 1e6).toFixed(bitsPerSecond < 1e7 ? 1 : 0)} Mb/s`;
}

export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, i] = [size, 0];
  while (value >= 999.5 && i < units.length - 1) [value, i] = [value / 1000, i + 1];
  return `${i > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[i]}`;
}

const CODECS: [RegExp, string][] = [
  [/^avc/i, 'H.264'], [/^(hvc|hev)/i, 'H.265'], [/^av01/i, 'AV1'], [/^vp0?9/i, 'VP9'], [/^vp0?8/i, 'VP8'],
  [/^mp4a\.40/i, 'AAC'], [/^mp4a/i, 'AAC'], [/^opus/i, 'Opus'], [/^ec-3/i, 'Dolby Digital Plus'],
  [/^ac-3/i, 'Dolby Digital'], [/^flac/i, 'FLAC'],
];

export function codec(name: string): string {
  return CODECS.find(([pattern]) => pattern.test(name))?.[1] ?? name;
}

export function channels(count: number): string {
  return { 1: 'mono', 2: 'stereo', 6: '5.1', 8: '7.1' }[count] ?? `${count} channels`;
}

export function language(tag: string): string {
  if (!tag || tag === 'und') return 'Unknown language';
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

const AGO: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600], ['month', 2_629_800], ['week', 604_800], ['day', 86_400], ['hour', 3600], ['minute', 60],
];

export function ago(iso: string, now = Date.now()): string {
  const s = (now - Date.parse(iso)) / 1000;
  if (!Number.isFinite(s)) return '';
  const [unit, size] = AGO.find(([, size]) => s >= size) ?? [null, 1];
  return unit ? new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(-Math.floor(s / size), unit) : 'just now';
}

const STAGES: Record<string, string> = {
  watch: 'Found', probe: 'Reading the file', plan: 'Planning', encode: 'Encoding', video: 'Encoding the picture',
  audio: 'Encoding the sound', text: 'Reading the subtitles', thumbnails: 'Making thumbnails',
  package: 'Packaging', publish: 'Publishing',
};

/** A stage as the server names it, in words; one we don't know is shown as it is. */
export function stage(name: string): string {
  const known = STAGES[name.toLowerCase()];
  return known ?? (name ? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ') : '');
}

const STATES: Record<Media['state'], string> = {
  found: 'Found, waiting its turn', probed: 'Read, being planned', planned: 'Planned, waiting to be encoded',
  encoding: 'Encoding', ready: 'Ready', failed: 'Could not be prepared',
};

export function watchVerb(media: Media): string {
  return media.kind === 'audio' ? 'Listen now' : 'Watch now';
}

/** The state on its own: "Encoding 34 %", "Ready". */
export function state(media: Media): string {
  const words = STATES[media.state] ?? stage(media.state);
  return media.state === 'encoding' ? `${words} ${percent(media.progress.percent)}` : words;
}

/** The state with the invitation: "Watch now, encoding 34 %". */
export function invitation(media: Media): string {
  const words = state(media);
  if (!media.playable || media.state === 'ready' || media.state === 'failed') return words;
  return `${watchVerb(media)}, ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

/** What is going on behind the state: stage, speed and time left, as far as they are known. */
export function pace(media: Media): string[] {
  const { speed: times, eta_s, stage: name } = media.progress;
  const doing = stage(name);
  return [
    ...(doing && doing !== STATES[media.state] ? [doing] : []),
    ...(times ? [speed(times)] : []),
    ...(eta_s !== null && eta_s > 0 ? [timeLeft(eta_s)] : []),
  ];
}

/** Why a title failed, as a sentence; the server's own when it sent one. */
export function failure(media: Media): { sentence: string; code: string } {
  const { error } = media;
  return {
    sentence: error?.message || 'This file could not be prepared for watching.',
    code: [error?.code, error?.stage].filter(Boolean).join(' · '),
  };
}
