import { expect, test } from 'vitest';
import { displayName } from '../../shared/displayName';
import { durationParts, formatClock, relativeTime } from '../../shared/time';

test.each([
  [0, '0:00'],
  [59.9, '0:59'],
  [65.9, '1:05'],
  [3600, '1:00:00'],
  [3725, '1:02:05'],
  [36_061, '10:01:01'],
  [-3, '0:00'],
  [Number.NaN, '–'],
  [Number.POSITIVE_INFINITY, '–'],
])('%d s is %s on the clock', (seconds, text) => expect(formatClock(seconds)).toBe(text));

test.each([
  [0.2, 0, 0, 1],
  [59.4, 0, 0, 59],
  [59.6, 0, 1, 0],
  [3599, 1, 0, 0],
  [5040, 1, 24, 0],
])('%d s has %d h %d min %d s', (seconds, h, m, s) => expect(durationParts(seconds)).toEqual({ h, m, s }));

const NOW = Date.parse('2026-03-14T12:00:00Z');
test.each([
  ['2026-03-14T11:59:30Z', 'just now'],
  ['2026-03-14T09:00:00Z', '3 hours ago'],
  ['2026-03-13T11:00:00Z', 'yesterday'],
  ['2026-03-16T12:00:00Z', 'in 2 days'],
  ['not a time', ''],
])('%s is %s', (iso, text) => expect(relativeTime(iso, 'en', 'just now', NOW)).toBe(text));

test('without a text of its own, the present is “now” in the language', () => {
  expect(relativeTime('2026-03-14T12:00:00Z', 'de', undefined, NOW)).toBe('jetzt');
});

test('names of languages and regions', () => {
  expect(displayName('language', 'de', 'en')).toBe('German');
  expect(displayName('region', 'DE', 'de')).toBe('Deutschland');
  expect(displayName('language', 'zz-', 'en')).toBe('zz-');
});
