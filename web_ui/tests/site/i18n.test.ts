import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import de from '../../src/site/i18n/de.json';
import en from '../../src/site/i18n/en.json';
import { pickLanguage, fill } from '../../src/site/i18n';

const names = (phrase: string) => [...new Set([...phrase.matchAll(/%\{(\w+)\}/g)].map((match) => match[1]))].sort();

it('has every message in both languages, with the same parameters', () => {
  expect(Object.keys(de)).toEqual(Object.keys(en));
  for (const [key, phrase] of Object.entries(en)) {
    expect([key, names((de as Record<string, string>)[key]!)]).toEqual([key, names(phrase)]);
    expect(phrase.trim()).not.toBe('');
  }
});

it('has no unused message', () => {
  const root = new URL('../../src/site/', import.meta.url);
  const source = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(new URL(name, root), 'utf8'))
    .join('\n');
  const dynamic = /^(state|role|fault|row)\./; // keys built from values of the server
  expect(Object.keys(en).filter((key) => !dynamic.test(key) && !source.includes(`'${key}'`))).toEqual([]);
});

it('interpolates parameters and plurals', () => {
  expect(fill('%{n} season |||| %{n} seasons', { n: 1 })).toBe('1 season');
  expect(fill('%{n} season |||| %{n} seasons', { n: 4 })).toBe('4 seasons');
  expect(fill('to %{name}', {})).toBe('to %{name}');
});

it('selects the first supported language of navigator.languages', () => {
  expect(pickLanguage(['fr-CH', 'de-AT', 'en'], ['en', 'de'])).toBe('de');
  expect(pickLanguage(['fr', 'ja'], ['en', 'de'])).toBe('en');
  expect(pickLanguage([], ['en', 'de'])).toBe('en');
});
