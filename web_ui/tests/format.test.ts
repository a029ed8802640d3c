import { expect, test } from 'vitest';
import { seededRandom } from '../src/placeholderArt';
import { bitrate, bytes, channels, codec, stageName } from '../src/format';

test.each([
  [128_000, '128 kb/s'],
  [5_200_000, '5.2 Mb/s'],
  [15_000_000, '15 Mb/s'],
])('bitrate %s', (n, words) => expect(bitrate(n)).toBe(words));
test.each([
  [999, '999 B'],
  [1500, '1.5 kB'],
  [25e6, '25 MB'],
  [999_900, '1.0 MB'],
  [3.2e12, '3.2 TB'],
])('bytes %s', (n, words) => expect(bytes(n)).toBe(words));
test.each([
  ['avc1.640028', 'H.264'],
  ['hvc1.2.4', 'H.265'],
  ['mp4a.40.2', 'AAC'],
  ['ec-3', 'Dolby Digital Plus'],
  ['x', 'x'],
])('codec %s', (n, words) => expect(codec(n)).toBe(words));
test.each([
  [1, 'mono'],
  [2, 'stereo'],
  [6, '5.1'],
  [3, '3 channels'],
])('channels %s', (n, words) => expect(channels(n)).toBe(words));
test.each([
  ['encode', 'Encoding'],
  ['audio', 'Encoding the sound'],
  ['two_pass', 'Two pass'],
  ['', ''],
])('stage %s', (n, words) => expect(stageName(n)).toBe(words));

test('the placeholder is deterministic per id', () => {
  const [one, two, other] = [seededRandom('abc'), seededRandom('abc'), seededRandom('abd')];
  const first = [one(), one(), one()];
  expect([two(), two(), two()]).toEqual(first);
  expect([other(), other(), other()]).not.toEqual(first);
});
