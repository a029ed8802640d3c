/** Where content belongs, and its main media. Pure. */
import type { Row } from '../api/schema';

export interface MainMedia {
  role: string;
  state: string;
  duration_s: number | null;
}

/** The media that plays when the content is opened. */
export const mainMedia = (record: Row): MainMedia | null =>
  Array.isArray(record.media) ? ((record.media as MainMedia[]).find((m) => m.role === 'main') ?? null) : null;

/** "The Signal Box · S1 E2" for an episode, else empty. */
export function placeOf(record: Row): string {
  const expanded = (record.expanded ?? {}) as { series?: Row | null; season?: Row | null };
  const season = expanded.season?.number;
  const number = [
    typeof season === 'number' ? `S${season}` : '',
    typeof record.episode_number === 'number' ? `E${record.episode_number}` : '',
  ]
    .filter(Boolean)
    .join(' ');
  return [String(expanded.series?.title ?? ''), number].filter(Boolean).join(' · ');
}

/** The references that lists expand besides those that are columns. */
export const EXPANDED: Record<string, string[]> = { content: ['series', 'season'] };
