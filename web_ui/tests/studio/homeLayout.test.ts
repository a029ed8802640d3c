import { expect, test } from 'vitest';
import {
  addableKinds,
  changeRow,
  draftOf,
  isSameLayout,
  layoutOf,
  MAX_ROWS,
  newRow,
  recordsWithRow,
  ROW_KINDS,
  withTitle,
} from '../../src/studio/homeLayout/layout';

const row = (kind: (typeof ROW_KINDS)[number], values = {}) => ({
  kind,
  record: null,
  content: [],
  titles: {},
  hidden: false,
  ...values,
});
const layout = {
  hero: ['a'],
  rows: [row('new'), row('genre', { record: 'g' }), row('titles', { content: ['a', 'b'] })],
};

test('a draft becomes the layout that it was made from', () => {
  const draft = draftOf(layout);
  expect(layoutOf(draft)).toEqual(layout);
  expect(new Set(draft.rows.map((r) => r.key)).size).toBe(3);
});

test('a row is changed by its key, and the others stay', () => {
  const draft = draftOf(layout);
  const next = layoutOf(changeRow(draft, draft.rows[1]!.key, { hidden: true }));
  expect(next.rows.map((r) => r.hidden)).toEqual([false, true, false]);
  expect(isSameLayout(next, layout)).toBe(false);
});

test('the order of languages does not make a layout another one', () => {
  const named = (titles: Record<string, string>) => ({ hero: [], rows: [row('new', { titles })] });
  expect(isSameLayout(named({ en: 'New', de: 'Neu' }), named({ de: 'Neu', en: 'New' }))).toBe(true);
  expect(isSameLayout(named({ en: 'New' }), named({ en: 'Newest' }))).toBe(false);
});

test('most kinds of rows can be added once, those of records and hand-picked ones repeatedly', () => {
  expect(addableKinds([])).toEqual(ROW_KINDS);
  const left = addableKinds(layout.rows);
  expect([left.includes('new'), left.includes('genre'), left.includes('titles')]).toEqual([false, true, true]);
  expect(recordsWithRow(layout.rows, 'genre')).toEqual(['g']);
  expect(addableKinds(Array.from({ length: MAX_ROWS }, () => newRow('titles')))).toEqual([]);
});

test.each([
  [{}, 'de', 'Neu', { de: 'Neu' }],
  [{ de: 'Neu', en: 'New' }, 'de', '  ', { en: 'New' }],
  [{ de: 'Neu' }, 'de', 'Frisch ', { de: 'Frisch ' }],
])('%o with the title %s “%s”', (titles, language, text, expected) =>
  expect(withTitle(titles as Record<string, string>, language, text)).toEqual(expected),
);
