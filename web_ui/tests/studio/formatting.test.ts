import { expect, test } from 'vitest';
import { cropQuery, toFractions, rejectReason } from '../../src/studio/artwork/crop';
import { parseDuration } from '../../src/studio/fields/duration/parse';
import { fromLocal, toLocal } from '../../src/studio/fields/moment/localTime';
import { diskShares, withMediaChange, type Overview } from '../../src/studio/home/overview';
import {
  pickEvenly,
  sortedLadder,
  stageDurations,
  finishedSpans,
  parseThumbnails,
  type Rendition,
} from '../../src/studio/media/pipeline';
import { placeOf } from '../../src/studio/resource/place';
import { listSearch, readView, withLayout } from '../../src/studio/resource/views';
import { chosenColumns, moveColumn, toggleColumn } from '../../src/studio/resource/columns';
import { cell, csv } from '../../src/studio/resource/csv';
import { activeFilters, withFilter, withoutFilter } from '../../src/studio/resource/filters';
import { content, field } from './schema';

test('a crop in fractions is clamped to the image', () => {
  expect(toFractions({ x: 12.5, y: 0, width: 50, height: 100 })).toEqual({ x: 0.125, y: 0, width: 0.5, height: 1 });
  expect(toFractions({ x: -0.4, y: 60, width: 100.2, height: 40.3 })).toEqual({ x: 0, y: 0.6, width: 1, height: 0.4 });
  expect(cropQuery({ x: 0.1, y: 0, width: 0.5, height: 1 })).toBe('x=0.1&y=0&width=0.5&height=1');
});

test.each([
  [{ type: 'image/png', size: 9 }, null],
  [{ type: 'image/gif', size: 9 }, 'type'],
  [{ type: 'image/avif', size: 3e7 }, 'size'],
])('the rejection reason of the image %j is %s', (file, why) => expect(rejectReason(file)).toBe(why));

test.each([
  ['5400', 5400],
  ['1:30:00', 5400],
  ['90 min', 5400],
  ['1,5 h', 5400],
  ['1 h 30 min', 5400],
  ['2:05', 125],
  ['soon', null],
  ['1:2:3:4', null],
])('the duration %s is parsed', (text, s) => expect(parseDuration(text)).toBe(s));

test('a UTC time converts to local time and back', () => {
  const iso = '2026-11-21T10:00:00.000Z';
  expect(fromLocal(toLocal(iso))).toBe(iso);
  expect([toLocal(null), fromLocal('')]).toEqual(['', null]);
});

test('CSV quotes fields and escapes formulas', () => {
  expect([cell('a"b'), cell('=1+1'), cell(-5), cell(['x', 'y']), cell({ a: 1 }), cell(null)]).toEqual([
    '"a""b"',
    "'=1+1",
    '-5',
    'x; y',
    '"{""a"":1}"',
    '',
  ]);
  expect(cell(['=1+1', 'b'])).toBe("'=1+1; b");
  expect(cell(-5)).toBe('-5');
  expect(csv([field('id'), field('title')], [{ id: '1', title: 'a,b' }])).toBe('id,title\r\n1,"a,b"\r\n');
});

test('columns keep what was hidden, shown and moved', () => {
  const none = { order: [], hidden: [], shown: [] };
  const plain = { ...content, name: 'something' };
  const names = (choice: typeof none) => chosenColumns(plain, choice).map((f) => f.name);
  expect(names(none)).toEqual(['title', 'status', 'categories']);
  const status = plain.fields[2]!;
  expect(names(toggleColumn(none, status, false) as typeof none)).toEqual(['title', 'categories']);
  expect(names(toggleColumn(none, plain.fields[4]!, true) as typeof none)).toEqual([
    'title',
    'status',
    'notes',
    'categories',
  ]);
  expect(moveColumn(chosenColumns(plain, none), status, 1)).toEqual(['title', 'categories', 'status']);
});

test('columns of content tell rows apart', () => {
  const names = chosenColumns(content, { order: [], hidden: [], shown: ['categories'] }).map((f) => f.name);
  expect(names).toEqual(['title', 'place', 'duration', 'media_state', 'status', 'categories']);
});

test('place of an episode', () => {
  const expanded = { series: { id: 's', title: 'The Signal Box' }, season: { id: 't', number: 1 } };
  expect(placeOf({ id: 'a', episode_number: 2, expanded })).toBe('The Signal Box · S1 E2');
  expect(placeOf({ id: 'a', episode_number: 0, expanded: { series: expanded.series } })).toBe('The Signal Box · E0');
  expect(placeOf({ id: 'a' })).toBe('');
});

test('a saved view has the search, the order and the layout of a list', () => {
  const search = listSearch({ status: 'draft', title__contains: 'a&b' }, { field: 'title', order: 'ASC' });
  for (const layout of ['grid', 'table'] as const)
    expect(readView(withLayout(search, layout))).toEqual({ search, layout });
});

test('active filters', () => {
  const values = withFilter({ q: 'x' }, content.fields[1]!, 'contains', 'y');
  expect(activeFilters(content, values)).toMatchObject([{ key: 'title__contains', operator: 'contains', value: 'y' }]);
  expect(withoutFilter(values, 'title__contains')).toEqual({ q: 'x' });
});

const rendition = (over: Partial<Rendition>): Rendition => ({
  name: 'v',
  kind: 'video',
  width: 1280,
  height: 720,
  channels: null,
  codec: 'avc1',
  max_bitrate: 4e6,
  average_bitrate: 3e6,
  bytes: 1,
  segments: 10,
  segments_done: 5,
  done: [[0, 4]],
  ...over,
});

test('spans of finished segments, numbered from 0 or 1', () => {
  expect(finishedSpans(rendition({}))).toEqual([{ from: 0, width: 0.5 }]);
  expect(
    finishedSpans(
      rendition({
        done: [
          [1, 2],
          [9, 10],
        ],
      }),
    ),
  ).toEqual([
    { from: 0, width: 0.2 },
    { from: 0.8, width: 0.2 },
  ]);
  expect(finishedSpans(rendition({ segments: 0 }))).toEqual([]);
});

test('the ladder: best rendition first, audio last, relative to the best bitrate', () => {
  const shown = sortedLadder([
    rendition({ name: 'a', kind: 'audio', height: null, max_bitrate: 1e5, average_bitrate: 1e5 }),
    rendition({ name: 'low', height: 360, max_bitrate: 1e6, average_bitrate: 5e5 }),
    rendition({ name: 'top' }),
  ]);
  expect(shown.map((r) => [r.name, r.length, r.average])).toEqual([
    ['top', 1, 0.75],
    ['low', 0.25, 0.125],
    ['a', 0.025, 0.025],
  ]);
});

test('durations of stages', () => {
  const at = (s: number) => new Date(s * 1000).toISOString();
  expect(
    stageDurations(
      [
        { name: 'a', state: 'done', at: at(0) },
        { name: 'b', state: 'running', at: at(60) },
        { name: 'c', state: 'waiting', at: null },
      ],
      90_000,
    ),
  ).toEqual([60, 30, null]);
});

test('thumbnails are parsed from WebVTT', () => {
  const thumbnails = parseThumbnails(
    'WEBVTT\n\n00:00.000 --> 00:05.000\nsheet.jpg#xywh=160,0,160,90\n\n01:00:00.000 --> 01:00:05.000\nother.jpg',
    'http://x/t/index.vtt',
  );
  expect(thumbnails).toEqual([
    { from: 0, url: 'http://x/t/sheet.jpg', x: 160, y: 0, width: 160, height: 90 },
    { from: 3600, url: 'http://x/t/other.jpg', x: 0, y: 0, width: 0, height: 0 },
  ]);
  expect(pickEvenly([0, 1, 2, 3, 4, 5, 6, 7, 8], 3)).toEqual([0, 4, 8]);
});

test('home: media move to the list of their state', () => {
  const old = {
    counts: { encoding: 1, ready: 0 },
    running: [{ id: 'a', state: 'encoding' }],
    failed: [],
    newest: [],
  } as unknown as Overview;
  const now = withMediaChange(old, { id: 'a', state: 'ready' });
  expect([now.running.length, now.newest_media?.length, now.counts]).toEqual([0, 1, { encoding: 0, ready: 1 }]);
  expect(withMediaChange(old, { id: 'a', state: 'encoding', title: 'x' }).running[0]).toMatchObject({ title: 'x' });
});

test('the parts of the disk usage sum to the total', () => {
  expect(diskShares({ total: 100, free: 40, media: 30, uploads: 5, database: 5 }).map((p) => p.bytes)).toEqual([
    30, 5, 5, 20, 40,
  ]);
});
