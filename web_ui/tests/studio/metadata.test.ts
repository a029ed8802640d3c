import { describe, expect, it } from 'vitest';
import { metadataText, parseMetadata } from '../../src/studio/fields/metadata/parseMetadata';

describe('metadata', () => {
  it('is one pair of key and value a line', () => {
    const pairs = { cms: 'article: 4711', empty: '' };
    expect(metadataText(pairs)).toBe('cms: article: 4711\nempty: ');
    expect(parseMetadata(metadataText(pairs))).toEqual(pairs);
    expect(parseMetadata(' a :  b \n\nc')).toEqual({ a: 'b', c: '' });
    expect(metadataText(null)).toBe('');
  });
});
