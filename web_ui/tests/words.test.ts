import { describe, expect, it, test } from 'vitest';
import { ago, bitrate, bytes, channels, clock, codec, duration, failure, invitation, language, pace, percent, speed, stage, state, timeLeft } from '../src/words';
import { media } from './media';

test.each([[0, '0:00'], [65.9, '1:05'], [3725, '1:02:05'], [-3, '0:00']])('clock %s', (s, words) => expect(clock(s)).toBe(words));
test.each([[0.2, '1 s'], [50, '50 s'], [90, '2 min'], [3600, '1 h'], [5640, '1 h 34 min'], [3599, '1 h']])('duration %s', (s, words) => expect(duration(s)).toBe(words));
test.each([[5, 'less than a minute left'], [734, 'about 12 min left']])('time left %s', (s, words) => expect(timeLeft(s)).toBe(words));
test.each([[0.84, '0.8×'], [3.42, '3.4×'], [41.2, '41×']])('speed %s', (n, words) => expect(speed(n)).toBe(words));
test.each([[34.4, '34 %'], [99.7, '99 %'], [100, '100 %'], [-1, '0 %']])('percent %s', (n, words) => expect(percent(n)).toBe(words));
test.each([[128_000, '128 kb/s'], [5_200_000, '5.2 Mb/s'], [15_000_000, '15 Mb/s']])('bitrate %s', (n, words) => expect(bitrate(n)).toBe(words));
test.each([[999, '999 B'], [1500, '1.5 kB'], [25e6, '25 MB'], [999_900, '1.0 MB'], [3.2e12, '3.2 TB']])('bytes %s', (n, words) => expect(bytes(n)).toBe(words));
test.each([['avc1.640028', 'H.264'], ['hvc1.2.4', 'H.265'], ['mp4a.40.2', 'AAC'], ['ec-3', 'Dolby Digital Plus'], ['x', 'x']])('codec %s', (n, words) => expect(codec(n)).toBe(words));
test.each([[1, 'mono'], [2, 'stereo'], [6, '5.1'], [3, '3 channels']])('channels %s', (n, words) => expect(channels(n)).toBe(words));
test.each([['de', 'German'], ['und', 'Unknown language'], ['not a tag!', 'not a tag!']])('language %s', (n, words) => expect(language(n)).toBe(words));
test.each([['encode', 'Encoding'], ['audio', 'Encoding the sound'], ['two_pass', 'Two pass'], ['', '']])('stage %s', (n, words) => expect(stage(n)).toBe(words));

test('ago', () => {
  const now = Date.parse('2030-01-02T00:00:00Z');
  expect(ago('2030-01-01T23:59:40Z', now)).toBe('just now');
  expect(ago('2030-01-01T22:00:00Z', now)).toBe('2 hours ago');
  expect(ago('2030-01-01T00:00:00Z', now)).toBe('yesterday');
  expect(ago('2030-01-03T00:00:00Z', now)).toBe('just now');
  expect(ago('never', now)).toBe('');
});

describe('a title in words', () => {
  it.each([
    ['found', 'Found, waiting its turn'], ['probed', 'Read, being planned'], ['planned', 'Planned, waiting to be encoded'],
    ['encoding', 'Encoding 34 %'], ['ready', 'Ready'], ['failed', 'Could not be prepared'],
  ] as const)('%s', (name, words) => expect(state(media({ state: name }))).toBe(words));

  it('invites to what can be watched while it is encoding', () => {
    expect(invitation(media({ playable: true }))).toBe('Watch now, encoding 34 %');
    expect(invitation(media({ playable: true, kind: 'audio' }))).toBe('Listen now, encoding 34 %');
    expect(invitation(media())).toBe('Encoding 34 %');
    expect(invitation(media({ playable: true, state: 'ready' }))).toBe('Ready');
  });

  it('says how it goes, as far as that is known', () => {
    expect(pace(media())).toEqual(['Encoding the sound', '3.4×', 'about 12 min left']);
    expect(pace(media({ progress: { percent: 1, speed: null, eta_s: null, stage: 'encode' } }))).toEqual([]);
  });

  it('says why it failed', () => {
    expect(failure(media({ error: { code: 'media_truncated', stage: 'probe', message: 'It ends in the middle.' } })))
      .toEqual({ sentence: 'It ends in the middle.', code: 'media_truncated · probe' });
    expect(failure(media()).sentence).toMatch(/could not be prepared/);
  });
});
