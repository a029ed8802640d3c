import { expect, test } from 'vitest';
import { nextNumber, numberedTitle, seasonGroups } from '../../src/studio/series/seasons';

const season = (id: string, number: number) => ({ id, number });
const episode = (id: string, n: number | null, of: string | null, created_at = '') => ({
  id,
  episode_number: n,
  season: of,
  created_at,
});
const shown = (groups: ReturnType<typeof seasonGroups>) =>
  groups.map((g) => `${g.season?.id ?? '-'}: ${g.episodes.map((e) => e.id).join(' ')}`.trim());

test('seasons and episodes are in order, those without a season last', () => {
  const seasons = [season('two', 2), season('one', 1)];
  const episodes = [
    episode('c', null, 'one', '2026-01-02'),
    episode('b', 2, 'one'),
    episode('d', null, 'one', '2026-01-01'),
    episode('a', 1, 'one'),
    episode('x', 1, null),
    episode('y', 2, 'removed'),
  ];
  expect(shown(seasonGroups(seasons, episodes))).toEqual(['one: a b d c', 'two:', '-: x y']);
  expect(shown(seasonGroups([], []))).toEqual(['-:']);
  expect(shown(seasonGroups(seasons, []))).toEqual(['one:', 'two:']);
});

test('the next number follows the highest one', () => {
  expect(nextNumber([], 'number')).toBe(1);
  expect(nextNumber([season('a', 3), season('b', 1)], 'number')).toBe(4);
  expect(nextNumber([episode('a', null, null)], 'episode_number')).toBe(1);
});

test.each([
  ['Episode {n}', 3, 'Episode 3'],
  ['{n}. Part ({n})', 1, '1. Part (1)'],
  ['Part ', 2, 'Part 2'],
])('titles after %s', (pattern, n, expected) => expect(numberedTitle(pattern, n)).toBe(expected));
