import { describe, expect, it, test } from 'vitest';
import { offered } from '../../src/studio/fields/reference/ReferencePicker';
import { canCreateByLabel } from '../../src/studio/fields/reference/useReferences';
import { standardNames } from '../../src/studio/taxonomies/standardNames';
import { category, content, field } from './schema';

const drama = { id: 'd', name: 'Drama' };
const night = { id: 'n', name: 'Night' };
const ids = (rows: { id: string; name?: unknown }[]) => rows.map((r) => r.id || `create ${String(r.name)}`);

test.each([
  ['nothing typed', [drama, night], [], '', true, true, ['d', 'n']],
  ['what is chosen is left out', [drama, night], ['d'], '', true, true, ['n']],
  ['a new name', [], [], ' Sci-fi ', true, true, ['create Sci-fi']],
  ['a name that contains another', [drama], [], 'Dra', true, true, ['d', 'create Dra']],
  ['an existing name in another case', [drama], [], 'drama', true, true, ['d']],
  ['an existing name that is chosen already', [drama], ['d'], 'Drama', true, true, []],
  ['a user who may not create', [], [], 'Sci-fi', false, true, []],
  ['an answer to another question', [drama, night], [], 'nig', true, false, ['n']],
] as const)('options for %s', (_, matches, exclude, query, mayCreate, settled, expected) =>
  expect(ids(offered(category, matches, exclude, query, mayCreate, settled))).toEqual(expected),
);

describe('creating by label', () => {
  it('needs no other required field', () => {
    expect(canCreateByLabel(category)).toBe(true);
    expect(canCreateByLabel(content)).toBe(true);
    const number = field('number', { required: true });
    expect(canCreateByLabel({ ...category, fields: [...category.fields, number] })).toBe(false);
    expect(canCreateByLabel({ ...category, verbs: ['list'] })).toBe(false);
  });
});

test.each(['genres', 'categories'])('the standard %s exist in both languages, each once', (plural) => {
  const [en, de] = ['en', 'de'].map((locale) => standardNames(plural, locale));
  expect(en!.length).toBe(de!.length);
  for (const names of [en!, de!]) expect(new Set(names).size).toBe(names.length);
  expect(standardNames('people', 'en')).toEqual([]);
});
