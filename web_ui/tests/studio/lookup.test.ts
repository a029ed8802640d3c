import { expect, test } from 'vitest';
import { comparable, tickedAtFirst, type Found } from '../../src/studio/lookup/lookup';

const found: Found = { title: 'B', synopsis: 'new', age_rating: 0, genres: [], credits: [], poster: true };

test('fields that were found and differ are compared', () => {
  expect(comparable({ id: '1', title: 'B', synopsis: 'old' }, found)).toEqual(['synopsis', 'age_rating', 'poster']);
});

test('fields with a value are not ticked at first', () => {
  const record = { id: '1', title: 'A', artwork: { poster: { url: '/p.jpg' } } };
  expect(tickedAtFirst(record, comparable(record, found))).toEqual(['synopsis', 'age_rating']);
});
