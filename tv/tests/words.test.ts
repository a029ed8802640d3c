import { expect, test } from 'vitest';
import { fallback, variant } from '../src/api/pictures';
import { caption, marks, pathOf, plain } from '../src/parts/facts';
import { contrast, look, setAccent, sharpness } from '../src/theme';
import type { Card } from '../src/api/types';
import de from '../src/words/de.json';
import en from '../src/words/en.json';
import { clock, duration, languageName, setLanguage, t, times } from '../src/words/words';

const card = (change: Partial<Card>): Card => ({
  id: 'c',
  type: 'content',
  slug: 's',
  title: 'T',
  subtitle: null,
  kind: null,
  year: 2026,
  duration_s: 5040,
  age_rating: 12,
  watch: '/watch/m',
  playable: true,
  state: 'ready',
  media: 'm',
  progress: null,
  images: { poster: null, still: null, square: null, backdrop: null },
  ...change,
});

test('German says everything English says, with the same values', () => {
  expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
  const values = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort();
  for (const [key, text] of Object.entries(en)) expect(values(de[key as keyof typeof de]), key).toEqual(values(text));
});

test('words, times and languages', () => {
  setLanguage('de-AT');
  expect([t('from_age', { age: 12 }), languageName('en')]).toEqual(['ab 12', 'Englisch']);
  setLanguage('fr');
  expect([t('from_age', { age: 12 }), languageName('zz-')]).toEqual(['from 12', 'zz-']);
  expect([duration(5040), duration(3600), duration(60), duration(40)]).toEqual(['1 h 24 min', '1 h', '1 min', '40 s']);
  expect([clock(5025), clock(65), clock(-1)]).toEqual(['1:23:45', '1:05', '0:00']);
});

test('a title in one line', () => {
  expect(caption(card({}))).toBe('2026 · 1 h 24 min · from 12');
  expect(caption(card({ progress: { position_s: 1440, duration_s: 5040 }, age_rating: null }))).toBe('2026 · 1 h left');
  const series = card({ type: 'series', year: null, duration_s: null, age_rating: null });
  const counted = [24, 1].map((episodes) => caption({ ...series, episodes }));
  expect(counted).toEqual(['24 episodes', '1 episode']);
  expect(caption(card({ year: null, duration_s: null, age_rating: 0 }))).toBe('');
  expect(marks({ text: ['en'], heights: [1080] })).toBe('HD · CC');
  expect(marks({ text: [], heights: [2160] })).toBe('4K');
  expect(marks(null)).toBe('');
});

test.each<[Partial<Card>, string]>([
  [{}, '/title/s'],
  [{ slug: '' }, '/title/c'],
  [{ type: 'series' }, '/series/s'],
  [{ type: 'media' }, '/watch/m'],
])('a card %o leads to %s', (change, path) => {
  expect(pathOf(card(change))).toBe(path);
});

test('a synopsis loses its Markdown, not its words', () => {
  expect(plain('# Act one\n\nA **very** _old_ [film](https://x) about `x_y` and 3 * 4')).toBe(
    'Act one A very old film about x_y and 3 * 4',
  );
  expect(plain(null)).toBe('');
});

test('the smallest picture that fills the tile', () => {
  const picture = { base: '/images/a', width: 1280, height: 720, widths: [640, 160, 320], alt: '' };
  expect([100, 320, 321, 2000].map((w) => variant(picture, w))).toEqual([
    '/images/a/160.webp',
    '/images/a/320.webp',
    '/images/a/640.webp',
    '/images/a/640.webp',
  ]);
  expect([
    variant(null, 1),
    variant({ ...picture, widths: [] }, 1),
    fallback('/a/1.webp'),
    fallback('/a/1.jpg'),
  ]).toEqual(['', '', '/a/1.jpg', '']);
});

test('sizes and colours hold to the look: nothing under 24 px, text and focus can be told apart', () => {
  expect(Math.min(...Object.values(look.size))).toBeGreaterThanOrEqual(24);
  for (const ground of [look.bg, look.panel, look.raised]) {
    expect(contrast(look.text, ground)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(look.muted, ground)).toBeGreaterThanOrEqual(4.5);
  }
  expect(contrast(look.onAccent, look.accent)).toBeGreaterThanOrEqual(4.5);
});

test("an organization's colour is taken where it can be seen", () => {
  const before = look.accent;
  setAccent('#101010');
  expect(look.accent).toBe(before);
  setAccent('#ffd000');
  expect([look.accent, contrast(look.onAccent, look.accent) >= 4.5]).toEqual(['#ffd000', true]);
});

test.each([
  [1920, 1080, 1, 1],
  [1280, 800, 1, 1280 / 1920],
  [3840, 2160, 2, 2],
  [360, 800, 3, (360 / 1920) * 3],
  [0, 0, 1, 1],
])('a window of %i by %i takes the whole stage', (width, height, density, ratio) => {
  expect(sharpness(width, height, density)).toBeCloseTo(ratio);
});

test('a speed is written as the language writes it', () => {
  setLanguage('de');
  expect([times(0.75), times(2)]).toEqual(['0,75×', '2×']);
  setLanguage('en');
  expect(times(1.25)).toBe('1.25×');
});
