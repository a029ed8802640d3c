import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fill } from '../../src/studio/i18n';
import de from '../../src/studio/i18n/de.json';
import en from '../../src/studio/i18n/en.json';

const ROOT = join(import.meta.dirname, '../../src/studio');
const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((f) => /\.tsx?$/.test(f))
  .map((f) => readFileSync(join(ROOT, f), 'utf8'))
  .join('\n');
const values = (phrase: string) => [...phrase.matchAll(/%\{(\w+)\}/g)].map((m) => m[1]).sort();

test('both languages have the same non-empty messages with the same parameters', () => {
  expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
  for (const [key, phrase] of Object.entries(en)) {
    expect(phrase.trim(), key).not.toBe('');
    const other = (de as Record<string, string>)[key]!;
    expect(new Set(values(other)), key).toEqual(new Set(values(phrase)));
    expect(other.includes('||||'), key).toBe(phrase.includes('||||'));
  }
});

test('every used message is in the catalogue, and every message is used', () => {
  const used = [...sources.matchAll(/\b(?:t|translate)\(\s*'([\w.]+)'/g)].map((m) => m[1]!);
  expect(used.filter((key) => !(key in en))).toEqual([]);
  const stems = [...sources.matchAll(/\b(?:t|translate)\(`([\w.]+)\$\{/g)].map((m) => m[1]!);
  const unused = Object.keys(en).filter(
    (key) => !sources.includes(`'${key}'`) && !key.startsWith('ra.') && !stems.some((stem) => key.startsWith(stem)),
  );
  expect(unused).toEqual([]);
});

test.each([
  ['%{n} of %{m}', { n: 1, m: 2 }, '1 of 2'],
  ['one row |||| %{smart_count} rows', { smart_count: 1 }, 'one row'],
  ['one row |||| %{smart_count} rows', { smart_count: 5 }, '5 rows'],
  ['%{unknown} stays', {}, '%{unknown} stays'],
])('fill %s', (message, params, expected) => expect(fill(message, params as Record<string, number>)).toBe(expected));
