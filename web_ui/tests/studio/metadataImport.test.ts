import { expect, test } from 'vitest';
import { chosen, hasKey, withLabels } from '../../src/studio/imports/metadataImport';

test('columns with the label of a field in the language of the studio are mapped', () => {
  const labels = { title: 'Titel', year: 'Jahr', kind: 'Art' };
  expect(withLabels({ titel: '', Jahr: '', Kind: 'kind', Art: '', x: '' }, labels)).toEqual({
    titel: 'title',
    Jahr: 'year',
    Kind: 'kind',
    Art: '',
    x: '',
  });
});

test('a field belongs to one column', () => {
  expect(chosen({ a: 'title', b: '' }, 'b', 'title')).toEqual({ a: '', b: 'title' });
  expect(hasKey({ a: 'synopsis' })).toBe(false);
  expect(hasKey({ a: 'external_id' })).toBe(true);
});
