/** The titles the home page knows, and how they are laid out. Pure: data in, data out. */
import type { Media } from './api';

export interface Sections {
  working: Media[];
  failed: Media[];
  library: Media[];
}

/** A list read from the server, with the changes that arrived while it was being read laid over it. */
export function settle(list: Media[], changed: Map<string, Media | null>): Map<string, Media> {
  const titles = new Map(list.map((media) => [media.id, media]));
  for (const [id, media] of changed) {
    if (media) titles.set(id, media);
    else titles.delete(id);
  }
  return titles;
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Every word of the query occurs in the title; case and accents don't matter. */
export function matches(title: string, query: string): boolean {
  const folded = fold(title);
  return fold(query).split(/\s+/).every((word) => folded.includes(word));
}

/** ISO times sort as text, and equal times by id, so that nothing jumps about. */
const newestFirst = (a: Media, b: Media) => b.created_at.localeCompare(a.created_at) || a.id.localeCompare(b.id);

/** What is being encoded stands before what waits; within each, the newest first. */
export function sections(titles: Iterable<Media>, query = ''): Sections {
  const shown = [...titles].filter((media) => matches(media.title, query)).sort(newestFirst);
  const working = shown.filter((media) => media.state !== 'ready' && media.state !== 'failed');
  return {
    working: [...working.filter((m) => m.state === 'encoding'), ...working.filter((m) => m.state !== 'encoding')],
    failed: shown.filter((media) => media.state === 'failed'),
    library: shown.filter((media) => media.state === 'ready'),
  };
}
