import { expect, test } from 'vitest';
import { numbers, spokes } from '../src/art';
import { current, toVtt } from '../src/watch/chapters';
import { explain } from '../src/watch/faults';
import { rungName, rungs } from '../src/watch/ladder';

const chapters = [{ start_s: 0, end_s: 12, title: 'One' }, { start_s: 12, end_s: 3725.5, title: 'Two\n<b> & --> three' }];

test('the running chapter', () => {
  expect(current(chapters, 0)).toBe(0);
  expect(current(chapters, 11.9)).toBe(1);
  expect(current([{ start_s: 5, end_s: 9, title: '' }], 1)).toBe(-1);
});

test('chapters as WebVTT: one line each, nothing that could be read as markup or timing', () => {
  expect(toVtt(chapters)).toBe('WEBVTT\n\n00:00:00.000 --> 00:00:12.000\nOne\n\n00:00:12.000 --> 01:02:05.500\nTwo &lt;b&gt; &amp; --&gt; three\n');
});

test('the ladder: best first, in shares of the best', () => {
  const track = { name: '', codec: 'avc1' };
  const shown = rungs([{ ...track, width: 640, height: 360, bitrate: 1e6 }, { ...track, width: 1280, height: 720, bitrate: 4e6 }]);
  expect(shown.map((r) => [rungName(r), r.length, r.thickness])).toEqual([['720p', 1, 1], ['360p', 0.25, 0.5]]);
  expect(rungName({ ...track, width: 1080, height: 1920, bitrate: 1 })).toBe('1080p');
  expect(rungs([])).toEqual([]);
});

test.each([
  [{ category: 1, code: 1001, data: ['/x', 503] }, 'This part is not ready yet', 'player 1001 HTTP 503'],
  [{ category: 1, code: 1001, data: ['/x', 403] }, 'This title is not open to you', 'player 1001 HTTP 403'],
  [{ category: 1, code: 1003 }, 'The connection was lost', 'player 1003'],
  [{ category: 3, code: 3016 }, 'The picture could not be decoded', 'player 3016'],
  [{ category: 4, code: 4032 }, 'This browser can’t play this title', 'player 4032'],
  [{}, 'Playback stopped', 'player unknown'],
])('fault %j', (error, title, code) => expect(explain(error)).toMatchObject({ title, code }));

test('a picture made from an id is always the same one', () => {
  expect(spokes('abc')).toEqual(spokes('abc'));
  expect(spokes('abc')).not.toEqual(spokes('abd'));
  const next = numbers('');
  for (let i = 0; i < 1000; i++) expect(next()).toBeLessThan(1);
});
