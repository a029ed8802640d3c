/** The seasons of a series with their episodes, in order. Pure. */
import type { Row } from '../api/schema';

export interface SeasonGroup {
  /** Null: episodes without a season. */
  season: Row | null;
  episodes: Row[];
}

const byNumber = (name: string) => (a: Row, b: Row) =>
  ((a[name] as number | null) ?? Infinity) - ((b[name] as number | null) ?? Infinity) ||
  String(a.created_at ?? '').localeCompare(String(b.created_at ?? ''));

/** All seasons by number; then the episodes without one, if there are any, or if there is no season. */
export function seasonGroups(seasons: readonly Row[], episodes: readonly Row[]): SeasonGroup[] {
  const ids = new Set(seasons.map((s) => s.id));
  const episodesOf = (id: string | null) =>
    episodes
      .filter((e) => (ids.has(String(e.season)) ? e.season === id : id === null))
      .sort(byNumber('episode_number'));
  const groups: SeasonGroup[] = [...seasons]
    .sort(byNumber('number'))
    .map((season) => ({ season, episodes: episodesOf(season.id) }));
  const loose = episodesOf(null);
  return loose.length > 0 || groups.length === 0 ? [...groups, { season: null, episodes: loose }] : groups;
}

export const nextNumber = (rows: readonly Row[], name: string): number =>
  Math.max(0, ...rows.map((r) => Number(r[name] ?? 0))) + 1;

/** "Episode {n}" → "Episode 3". Without `{n}` the number is put at the end, so that titles differ. */
export const numberedTitle = (pattern: string, n: number): string =>
  pattern.includes('{n}') ? pattern.replaceAll('{n}', String(n)) : `${pattern.trim()} ${n}`;
