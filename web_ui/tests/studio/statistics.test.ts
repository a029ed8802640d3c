import { expect, test } from 'vitest';
import {
  changeOf,
  type Figures,
  formatRatio,
  formatStartup,
  formatWatched,
  isWithoutPlays,
} from '../../src/studio/home/statistics';

test('watched time has the unit that fits', () => {
  expect([0, 20, 95, 3600, 5400, 40_000].map(formatWatched)).toEqual(['0 s', '20 s', '2 min', '1 h', '1.5 h', '11 h']);
});

test('figures that were not counted are a dash', () => {
  expect([formatStartup(null), formatStartup(640), formatRatio(null)]).toEqual(['–', '0.6 s', '–']);
  expect([0, 0.0123, 0.5].map(formatRatio)).toEqual(['0 %', '1.2 %', '50 %']);
});

test('changes are signed and need something to compare with', () => {
  expect([changeOf(15, 10), changeOf(5, 10), changeOf(10, 10)]).toEqual(['+50 %', '−50 %', '±0 %']);
  expect([changeOf(5, 0), changeOf(0, 5), changeOf(null, 5)]).toEqual([null, null, null]);
});

test('a period without plays in it and before is empty', () => {
  const figures = (plays: number) => ({ plays, watched_s: 0 }) as Figures;
  const statistics = { from: '', to: '', days: [], titles: [] };
  expect(isWithoutPlays({ ...statistics, total: figures(0), previous: figures(0) })).toBe(true);
  expect(isWithoutPlays({ ...statistics, total: figures(0), previous: figures(1) })).toBe(false);
});
