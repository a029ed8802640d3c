/** What state a title is really in, and what an editor does next. Pure. */
import type { Row } from '../api/schema';
import type { Tone } from '../ui/components';

export interface MediaOfFilm {
  id: string;
  role: string;
  title: string;
  state: string;
  playable: boolean;
  duration_s: number | null;
  poster: string | null;
}

export type FilmState = 'draft' | 'scheduled' | 'published' | 'preparing' | 'no_media' | 'failed' | 'ended';
export type NextAction = 'upload' | 'retry' | 'publish' | 'view' | 'schedule';

export const TONES: Record<FilmState, Tone> = {
  draft: 'quiet',
  scheduled: 'waiting',
  published: 'ready',
  preparing: 'accent',
  no_media: 'waiting',
  failed: 'danger',
  ended: 'waiting',
};

export const mediaOf = (record: Row): MediaOfFilm[] =>
  (Array.isArray(record.media) ? record.media : []) as MediaOfFilm[];
export const mainMedia = (record: Row): MediaOfFilm | undefined => mediaOf(record).find((m) => m.role === 'main');

const before = (moment: unknown, now: number): boolean => typeof moment === 'string' && Date.parse(moment) < now;
const after = (moment: unknown, now: number): boolean => typeof moment === 'string' && Date.parse(moment) > now;

/** A title is published only if viewers can play it. */
export function filmState(record: Row, now = Date.now()): FilmState {
  if (record.status !== 'published') return 'draft';
  if (before(record.published_until, now)) return 'ended';
  const media = mainMedia(record);
  if (!media) return 'no_media';
  if (!media.playable) return media.state === 'failed' ? 'failed' : 'preparing';
  return after(record.published_from, now) ? 'scheduled' : 'published';
}

export function nextAction(record: Row, now = Date.now()): NextAction {
  const media = mainMedia(record);
  if (!media) return 'upload';
  if (media.state === 'failed' && !media.playable) return 'retry';
  if (record.status !== 'published') return 'publish';
  return filmState(record, now) === 'ended' ? 'schedule' : 'view';
}
