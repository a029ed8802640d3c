import { afterEach, expect, test } from 'vitest';
import { withRowTitle } from '../src/components/itemText';
import { setLanguage } from '../src/i18n/index';

afterEach(() => setLanguage('en'));

test.each([
  ['en', 'new', '', {}, 'New'],
  ['de', 'popular', '', {}, 'Meistgesehen'],
  ['de', 'genre', 'Drama', {}, 'Drama'],
  ['de', 'new', 'Fresh', { en: 'Fresh', de: 'Frisch' }, 'Frisch'],
  ['de', 'new', 'Fresh', { en: 'Fresh' }, 'Fresh'],
] as const)('in %s a row of the kind %s, “%s”, %o is called “%s”', (language, kind, title, titles, expected) => {
  setLanguage(language);
  const row = { id: 'r', title, kind, shape: 'still', items: [], href: null, titles } as const;
  expect(withRowTitle({ ...row, items: [], titles: { ...titles } }).title).toBe(expected);
});
