import { expect, test } from 'vitest';
import { jpegFallback, imageVariant } from '../src/api/imageVariants';
import { itemCaption, qualityBadges, pathOf, stripMarkdown } from '../src/components/itemText';
import { contrast, theme, setAccent, pixelRatio } from '../src/theme';
import type { Card } from '../../web_ui/shared/catalogue';
import { card } from './card';
import de from '../src/i18n/de.json';
import en from '../src/i18n/en.json';
import { formatDuration, languageName, setLanguage, t, formatSpeed } from '../src/i18n/index';

test('both catalogues have the same messages and parameters', () => {
  expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
  const values = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort();
  for (const [key, text] of Object.entries(en)) expect(values(de[key as keyof typeof de]), key).toEqual(values(text));
});

test('messages, durations and language names', () => {
  setLanguage('de-AT');
  expect([t('from_age', { age: 12 }), languageName('en')]).toEqual(['ab 12', 'Englisch']);
  setLanguage('fr');
  expect([t('from_age', { age: 12 }), languageName('zz-')]).toEqual(['from 12', 'zz-']);
  expect([formatDuration(5040), formatDuration(3600), formatDuration(60), formatDuration(40)]).toEqual([
    '1 h 24 min',
    '1 h',
    '1 min',
    '40 s',
  ]);
});

test('the facts of a title in one line', () => {
  expect(itemCaption(card({ age_rating: 12 }))).toBe('2026 · 1 h 24 min · from 12');
  expect(itemCaption(card({ progress: { position_s: 1440, duration_s: 5040 }, age_rating: null }))).toBe(
    '2026 · 1 h left',
  );
  const series = { ...card({ year: null, duration_s: null }), type: 'series' as const };
  const counted = [24, 1].map((episodes) => itemCaption({ ...series, episodes }));
  expect(counted).toEqual(['24 episodes', '1 episode']);
  expect(itemCaption(card({ year: null, duration_s: null, age_rating: 0 }))).toBe('');
  expect(qualityBadges({ text: ['en'], heights: [1080] })).toBe('HD · CC');
  expect(qualityBadges({ text: [], heights: [2160] })).toBe('4K');
  expect(qualityBadges(null)).toBe('');
});

test.each<[Card, string]>([
  [card(), '/title/s'],
  [card({ slug: '' }), '/title/c'],
  [{ ...card(), type: 'series', episodes: 2 }, '/series/s'],
])('a card %o links to %s', (item, path) => {
  expect(pathOf(item)).toBe(path);
});

test('Markdown is stripped from a synopsis', () => {
  expect(stripMarkdown('# Act one\n\nA **very** _old_ [film](https://x) about `x_y` and 3 * 4')).toBe(
    'Act one A very old film about x_y and 3 * 4',
  );
  expect(stripMarkdown(null)).toBe('');
});

test('the smallest image that fills the tile is chosen', () => {
  const picture = { base: '/images/a', width: 1280, height: 720, widths: [640, 160, 320], alt: '' };
  expect([100, 320, 321, 2000].map((w) => imageVariant(picture, w))).toEqual([
    '/images/a/160.webp',
    '/images/a/320.webp',
    '/images/a/640.webp',
    '/images/a/640.webp',
  ]);
  expect([
    imageVariant(null, 1),
    imageVariant({ ...picture, widths: [] }, 1),
    jpegFallback('/a/1.webp'),
    jpegFallback('/a/1.jpg'),
  ]).toEqual(['', '', '/a/1.jpg', '']);
});

test('design tokens: no text under 24 px, sufficient contrast of text and focus', () => {
  expect(Math.min(...Object.values(theme.size))).toBeGreaterThanOrEqual(24);
  for (const ground of [theme.bg, theme.panel, theme.raised]) {
    expect(contrast(theme.text, ground)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(theme.muted, ground)).toBeGreaterThanOrEqual(4.5);
  }
  expect(contrast(theme.onAccent, theme.accent)).toBeGreaterThanOrEqual(4.5);
});

test("an organization's accent colour is used where its contrast suffices", () => {
  const before = theme.accent;
  setAccent('#101010');
  expect(theme.accent).toBe(before);
  setAccent('#ffd000');
  expect([theme.accent, contrast(theme.onAccent, theme.accent) >= 4.5]).toEqual(['#ffd000', true]);
});

test.each([
  [1920, 1080, 1, 1],
  [1280, 800, 1, 1280 / 1920],
  [3840, 2160, 2, 2],
  [360, 800, 3, (360 / 1920) * 3],
  [0, 0, 1, 1],
])('a window of %i by %i shows the whole stage', (width, height, density, ratio) => {
  expect(pixelRatio(width, height, density)).toBeCloseTo(ratio);
});

test('a playback rate is formatted for the language', () => {
  setLanguage('de');
  expect([formatSpeed(0.75), formatSpeed(2)]).toEqual(['0,75×', '2×']);
  setLanguage('en');
  expect(formatSpeed(1.25)).toBe('1.25×');
});
