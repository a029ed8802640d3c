/** What a title still needs. Pure. */
import type { Row } from '../api/schema';
import { filmState, mainMedia } from './filmState';

export const ITEMS = ['media', 'synopsis', 'artwork', 'genres', 'credits', 'subtitles', 'rights', 'published'] as const;
export type ItemName = (typeof ITEMS)[number];
export interface Item {
  name: ItemName;
  done: boolean;
  /** The field that is edited, or the section that is shown, for this item. */
  target: string;
}

const TARGETS: Record<ItemName, string> = {
  media: 'media',
  synopsis: 'synopsis',
  artwork: 'artwork',
  genres: 'genres',
  credits: 'credits',
  subtitles: 'subtitles',
  rights: 'visibility',
  published: 'status',
};

const some = (value: unknown): boolean => Array.isArray(value) && value.length > 0;
const artOf = (record: Row): Record<string, unknown> => (record.artwork ?? {}) as Record<string, unknown>;

/** `textTracks`: the number of subtitles of its media. A window that is over, or nobody who may watch, is no right. */
export function checklist(record: Row, textTracks: number, now = Date.now()): Item[] {
  const over = typeof record.published_until === 'string' && Date.parse(record.published_until) < now;
  const done: Record<ItemName, boolean> = {
    media: mainMedia(record)?.playable === true,
    synopsis: typeof record.synopsis === 'string' && record.synopsis.trim() !== '',
    artwork: Boolean(artOf(record).poster ?? artOf(record).backdrop),
    genres: some(record.genres),
    credits: some(record.credits),
    subtitles: textTracks > 0,
    rights: record.visibility !== 'private' && !over,
    published: ['published', 'scheduled'].includes(filmState(record, now)),
  };
  return ITEMS.map((name) => ({ name, done: done[name], target: TARGETS[name] }));
}
