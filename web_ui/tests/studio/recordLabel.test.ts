import { expect, test } from 'vitest';
import { recordUrl } from '../../src/studio/api/dataProvider';
import { recordLabel, type Resource } from '../../src/studio/api/schema';
import { category, field } from './schema';

const credit: Resource = {
  ...category,
  name: 'credit',
  path: '/credits',
  title: 'Credit',
  label: 'character',
  fields: [
    field('id'),
    field('content', { type: 'reference', required: true, list: true }),
    field('character', { list: true }),
  ],
};
const expanded = { person: { id: 'p', name: 'Agnès Varda' }, content: { id: 'c', title: 'Night Train' }, other: null };

test.each([
  ['its label', { id: 'a1', character: 'Guard', expanded }, 'Guard'],
  ['what it refers to', { id: 'a1', character: '', expanded }, 'Agnès Varda · Night Train'],
  ['its kind', { id: 'a1', character: null, content: 'c' }, 'Credit'],
  ['its id when nothing is known', { id: 'a1' }, 'a1'],
])('a record is called by %s', (_, record, expected) => expect(recordLabel(credit, record)).toBe(expected));

test('only records without a label of their own are read with what they refer to', () => {
  expect(recordUrl(credit, 'a/1', ['content'])).toBe('/credits/a%2F1?expand=content');
  expect(recordUrl({ ...credit, label: 'content' }, 'a', ['content'])).toBe('/credits/a');
  expect(recordUrl(category, 'a', ['parent'])).toBe('/api/v1/dashboard/categories/a');
});
