/** The qualities a title is offered in: length of a bar is its bitrate, height its resolution. */
import type { AudioTrack, Media, TextTrack, VideoTrack } from '../api';
import { el, setAttribute } from '../dom';
import { bitrate, channels, codec, language } from '../words';

/** Share of the longest and the tallest, 0..1, best first. */
export function rungs(tracks: readonly VideoTrack[]): (VideoTrack & { length: number; thickness: number })[] {
  const best = Math.max(1, ...tracks.map((t) => t.bitrate));
  const tall = Math.max(1, ...tracks.map((t) => t.height));
  return [...tracks].sort((a, b) => b.height - a.height || b.bitrate - a.bitrate)
    .map((t) => ({ ...t, length: t.bitrate / best, thickness: t.height / tall }));
}

/** Named as the field does, by the shorter side: 1920 × 1080 is 1080p, upright or not. */
export function rungName(track: VideoTrack): string {
  return `${Math.min(track.width, track.height)}p`;
}

function audioWords(track: AudioTrack): [string, string] {
  const name = [language(track.language), track.title].filter(Boolean).join(' · ');
  return [name, [channels(track.channels), codec(track.codec), bitrate(track.bitrate)].join(' · ')];
}

function textWords(track: TextTrack): [string, string] {
  return [language(track.language), track.title ?? ''];
}

function list(id: string, heading: string, rows: [string, string][]): HTMLElement | null {
  return rows.length === 0 ? null : el('section', { 'aria-labelledby': id, 'data-testid': id }, el('h2', { id }, heading),
    el('ul', { class: 'tracks' }, ...rows.map(([name, detail]) => el('li', {}, el('span', { dir: 'auto' }, name), detail && el('span', { class: 'muted', dir: 'auto' }, detail)))));
}

export function tracks(media: Media) {
  const shown = rungs(media.tracks.video).map((rung) => {
    const bar = el('span', { class: 'bar' });
    bar.style.width = `${Math.max(2, rung.length * 100)}%`;
    bar.style.height = `${Math.round(4 + rung.thickness * 16)}px`;
    const row = el('li', { 'data-height': rung.height, title: `${rung.width} × ${rung.height}, ${rung.codec}, up to ${bitrate(rung.bitrate)}` },
      el('span', { class: 'rung' }, rungName(rung)), el('span', { class: 'rail' }, bar),
      el('span', { class: 'rate' }, bitrate(rung.bitrate)), el('span', { class: 'kind muted' }, codec(rung.codec)));
    return { row, height: rung.height };
  });
  const ladder = shown.length === 0 ? null : el('section', { 'aria-labelledby': 'ladder', 'data-testid': 'ladder' },
    el('h2', { id: 'ladder' }, 'Picture'), el('ol', { class: 'ladder' }, ...shown.map(({ row }) => row)));
  return {
    elements: [ladder, list('sound', 'Sound', media.tracks.audio.map(audioWords)), list('subtitles', 'Subtitles', media.tracks.text.map(textWords))]
      .filter((section) => section !== null),
    /** The rung on the screen is lit. */
    mark: (height: number | null) => shown.forEach((rung) => setAttribute(rung.row, 'aria-current', rung.height === height ? 'true' : null)),
  };
}
