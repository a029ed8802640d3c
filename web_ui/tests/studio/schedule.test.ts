import { describe, expect, test } from 'vitest';
import { timelineStart } from '../../shared/channelClock';
import {
  airedPrograms,
  airingOf,
  condense,
  onAt,
  replacedPrograms,
  type Airing,
} from '../../src/studio/schedule/airings';
import { nowAndNext } from '../../src/studio/channel/useNowNext';
import { blocksOf, DAYS, isComplete, TEMPLATES, withBlocks } from '../../src/studio/schedule/blocks';
import { momentSource } from '../../src/studio/channel/moment';
import { mendsOf } from '../../src/studio/schedule/mend';
import {
  conflictOf,
  conflictsOfCopies,
  copyDay,
  gapsIn,
  programOf,
  snapEnd,
  snapStart,
  type Program,
} from '../../src/studio/schedule/programs';
import { nudged } from '../../src/studio/schedule/useNudge';
import {
  addDays,
  dayOf,
  endOfDay,
  formatTime,
  HOUR,
  hoursOf,
  instantOf,
  isDay,
  isTimeZone,
  MINUTE,
  onDay,
  startOfDay,
  wallTime,
  weekOf,
} from '../../src/studio/schedule/zone';

const BERLIN = 'Europe/Berlin';
const [SPRING, AUTUMN] = ['2026-03-29', '2026-10-25'];
const at = (text: string, zone = BERLIN): number => instantOf(text, zone)!;
const iso = (instant: number): string => new Date(instant).toISOString();

describe('days', () => {
  test.each([
    ['2026-06-01', BERLIN, 24],
    [SPRING, BERLIN, 23],
    [AUTUMN, BERLIN, 25],
    ['2026-10-04', 'Australia/Lord_Howe', 23.5],
    [SPRING, 'UTC', 24],
  ])('%s in %s has %d hours', (day, zone, hours) => {
    expect((endOfDay(day, zone) - startOfDay(day, zone)) / HOUR).toBe(hours);
  });

  test('a day on which an hour is skipped or repeated shows its true hours', () => {
    const labels = (day: string) => hoursOf(day, BERLIN).map((h) => h.label + (h.repeated ? ' again' : ''));
    expect(labels(SPRING).slice(0, 4)).toEqual(['00:00', '01:00', '03:00', '04:00']);
    expect(labels(AUTUMN).slice(0, 5)).toEqual(['00:00', '01:00', '02:00', '02:00 again', '03:00']);
    expect(labels('2026-06-01')).toHaveLength(24);
  });

  test('an instant belongs to a day of the zone, not of the browser', () => {
    expect(dayOf(Date.parse('2026-06-01T22:30:00Z'), BERLIN)).toBe('2026-06-02');
    expect(dayOf(Date.parse('2026-06-01T22:30:00Z'), 'America/New_York')).toBe('2026-06-01');
    expect([addDays('2026-02-28', 1), addDays(SPRING, -1)]).toEqual(['2026-03-01', '2026-03-28']);
    expect([weekOf('2026-11-27', 'de')[0], weekOf('2026-11-27', 'en-US')[0]]).toEqual(['2026-11-23', '2026-11-22']);
  });

  test.each([
    ['2026-03-29', true],
    ['2026-3-29', false],
    ['2026-02-30', false],
    ['', false],
    [null, false],
  ])('%s is a day: %s', (text, expected) => expect(isDay(text)).toBe(expected));

  test.each([
    [BERLIN, true],
    ['Mars/Olympus', false],
    ['', false],
    [undefined, false],
  ])('%s is a time zone: %s', (name, expected) => expect(isTimeZone(name)).toBe(expected));
});

describe('wall-clock times', () => {
  test('become instants and back', () => {
    expect(iso(at('2026-11-27T20:15'))).toBe('2026-11-27T19:15:00.000Z');
    expect(wallTime(at('2026-06-01T20:15'), BERLIN)).toBe('2026-06-01T20:15');
    expect(wallTime(at('2026-06-01T20:15:30'), BERLIN)).toBe('2026-06-01T20:15:30');
    expect(formatTime(Date.parse('2026-06-01T18:15:00Z'), BERLIN)).toBe('20:15');
  });

  test('that are skipped do not exist, and of those that come twice the first one is meant', () => {
    expect(instantOf('2026-03-29T02:30', BERLIN)).toBeNull();
    expect(iso(at('2026-10-25T02:30'))).toBe('2026-10-25T00:30:00.000Z');
    expect([instantOf('', BERLIN), instantOf('2026-13-01T00:00', BERLIN)]).toEqual([null, null]);
  });

  test('are kept on another day', () => {
    expect(iso(onDay(at('2026-03-28T20:15'), SPRING, BERLIN))).toBe('2026-03-29T18:15:00.000Z');
    expect(iso(onDay(at('2026-03-28T02:30'), SPRING, BERLIN))).toBe('2026-03-29T01:30:00.000Z');
  });
});

const program = (id: string, start: string, minutes: number): Program => ({
  id,
  content: `content ${id}`,
  title: id.toUpperCase(),
  picture: null,
  starts: at(start),
  ends: at(start) + minutes * MINUTE,
  row: { id, title: id.toUpperCase() },
});
const a = program('a', '2026-06-01T20:00', 60);
const b = program('b', '2026-06-01T22:00', 30);

describe('programs', () => {
  test('have the title and the duration of their record', () => {
    const row = { id: 'x', content: 'c', starts_at: '2026-06-01T18:00:00Z', duration_s: 90 };
    const made = programOf({ ...row, expanded: { content: { id: 'c', title: 'Night Train' } } });
    expect([made.title, made.ends - made.starts]).toEqual(['Night Train', 90_000]);
    expect(programOf({ ...row, title: 'Tonight', expanded: {} }).title).toBe('Tonight');
  });

  test.each([
    ['20:30', 30, 'a'],
    ['19:00', 60, undefined],
    ['21:00', 60, undefined],
    ['19:00', 240, 'a'],
    ['21:59', 2, 'b'],
  ])('at %s for %d min conflict with %s', (time, minutes, expected) => {
    const starts = at(`2026-06-01T${time}`);
    expect(conflictOf([b, a], { starts, ends: starts + minutes * MINUTE })?.id).toBe(expected);
  });

  test('do not conflict with themselves', () => expect(conflictOf([a, b], a, 'a')).toBeNull());

  test('leave gaps', () => {
    const [from, to] = [at('2026-06-01T20:30'), at('2026-06-01T23:00')];
    expect(gapsIn([b, a], from, to).map((g) => [formatTime(g.starts, BERLIN), formatTime(g.ends, BERLIN)])).toEqual([
      ['21:00', '22:00'],
      ['22:30', '23:00'],
    ]);
    expect(gapsIn([], from, to)).toEqual([{ starts: from, ends: to }]);
    expect(gapsIn([a], a.starts, a.ends)).toEqual([]);
  });

  test.each([
    ['21:03', '21:00'], // the end of a
    ['21:27', '21:30'], // ends at the start of b
    ['19:03', '19:05'],
    ['12:31', '12:30'],
  ])('of 30 min at %s snap to %s', (time, expected) => {
    const origin = startOfDay('2026-06-01', BERLIN);
    const starts = snapStart(at(`2026-06-01T${time}`), 30 * MINUTE, origin, [a, b]);
    expect(formatTime(starts, BERLIN)).toBe(expected);
  });

  test.each([
    ['21:57', '22:00'],
    ['21:33', '21:35'],
    ['19:00', '20:01'],
  ])('that are resized to %s end at %s', (time, expected) => {
    expect(formatTime(snapEnd(at(`2026-06-01T${time}`), a, [a, b]), BERLIN)).toBe(expected);
  });

  test('that are resized snap to the length of their title', () => {
    const feature = { ...a, titleLength: 97 * MINUTE };
    expect(formatTime(snapEnd(at('2026-06-01T21:34'), feature, [feature, b]), BERLIN)).toBe('21:37');
  });

  test('that overlap can begin after, end before, or be shortened, where that is free and not over', () => {
    const words = (starts: number, minutes: number, earliest = 0) =>
      mendsOf(
        [a, b],
        { starts, ends: starts + minutes * MINUTE },
        conflictOf([a, b], { starts, ends: starts + 1 })!,
        earliest,
      ).map(({ kind, span }) => `${kind} ${formatTime(span.starts, BERLIN)}`);
    expect(words(at('2026-06-01T20:30'), 60)).toEqual(['after 21:00', 'before 19:00']);
    expect(words(at('2026-06-01T20:30'), 90)).toEqual(['before 18:30']);
    expect(words(at('2026-06-01T20:30'), 60, at('2026-06-01T19:30'))).toEqual(['after 21:00']);
    const early = { starts: at('2026-06-01T19:30'), ends: at('2026-06-01T20:30') };
    expect(mendsOf([a, b], early, a, 0).map((m) => [m.kind, formatTime(m.span.ends, BERLIN)])).toContainEqual([
      'shorten',
      '20:00',
    ]);
  });

  test('of a day are copied to the same times of another day', () => {
    const copies = copyDay([a, b, program('c', '2026-06-02T01:00', 30)], '2026-06-01', '2026-10-25', BERLIN);
    expect(copies.map((c) => [c.content, wallTime(c.starts, BERLIN), (c.ends - c.starts) / MINUTE])).toEqual([
      ['content a', '2026-10-25T20:00', 60],
      ['content b', '2026-10-25T22:00', 30],
    ]);
    expect(conflictsOfCopies(copies, [])).toEqual([]);
    expect(conflictsOfCopies(copies, [program('x', '2026-10-25T20:30', 10)])).toEqual(['X']);
  });

  test('that overlap after the clocks were put forward are not copied', () => {
    const night = [program('d', '2026-06-01T02:30', 30), program('e', '2026-06-01T03:30', 30)];
    expect(conflictsOfCopies(copyDay(night, '2026-06-01', SPRING, BERLIN), [])).toEqual(['E']);
  });
});

describe('keys', () => {
  const key = (name: string, more = {}) => ({ key: name, shiftKey: false, altKey: false, ...more });
  const span = { starts: at('2026-03-28T20:00'), ends: at('2026-03-28T21:00') };
  test.each([
    [key('ArrowDown'), '2026-03-28T20:05', '2026-03-28T21:05'],
    [key('ArrowUp', { shiftKey: true }), '2026-03-28T19:59', '2026-03-28T20:59'],
    [key('ArrowDown', { altKey: true }), '2026-03-28T20:00', '2026-03-28T21:05'],
    [key('ArrowRight'), '2026-03-29T20:00', '2026-03-29T21:00'],
    [key('ArrowLeft'), '2026-03-27T20:00', '2026-03-27T21:00'],
  ])('%o move a program to %s – %s', (event, starts, ends) => {
    const next = nudged(event, span, BERLIN)!;
    expect([wallTime(next.starts, BERLIN), wallTime(next.ends, BERLIN)]).toEqual([starts, ends]);
  });

  test('never make a program shorter than a minute, and others do nothing', () => {
    const short = { starts: span.starts, ends: span.starts + 2 * MINUTE };
    expect(nudged(key('ArrowUp', { altKey: true }), short, BERLIN)!.ends - short.starts).toBe(MINUTE);
    expect(nudged(key('a'), span, BERLIN)).toBeNull();
  });
});

describe('airings', () => {
  const now = at('2026-06-01T20:30');
  const item = (start: string, seconds: number, title: string, kind: Airing['kind'] = 'title') => ({
    starts_at: iso(at(`2026-06-01T${start}`)),
    ends_at: iso(at(`2026-06-01T${start}`) + seconds * 1000),
    kind,
    content: title,
    program: kind === 'program' ? title : null,
    title,
  });

  test('are over, on for certain, or a forecast', () => {
    const phases = [item('20:00', 60, 'x'), item('20:29', 120, 'x')].map((i) => airingOf(i, true, now).phase);
    expect([...phases, airingOf(item('20:40', 60, 'x'), false, now).phase]).toEqual(['aired', 'stored', 'forecast']);
  });

  test('that are too short to be drawn are drawn together, with the title of the longest', () => {
    const airings = [
      item('10:00', 60, 'a'),
      item('10:01', 240, 'b'),
      item('10:05', 600, 'c'),
      item('10:15', 30, 'd', 'filler'),
      item('10:16', 60, 'e', 'program'),
    ].map((i) => airingOf(i, true, now));
    expect(condense(airings, 5 * MINUTE).map((x) => [x.title, x.count, (x.ends - x.starts) / MINUTE])).toEqual([
      ['b', 2, 5],
      ['c', 1, 10],
      ['d', 1, 0.5],
      ['e', 1, 1],
    ]);
    expect(condense(airings, 0)).toEqual(airings);
  });

  test('fix their programs, but forecasts do not', () => {
    const stored = airingOf(item('20:00', 60, 'x', 'program'), true, now);
    expect([...airedPrograms([stored, airingOf(item('21:00', 60, 'y', 'program'), false, now)])]).toEqual(['x']);
  });

  test('of a forecast say which program can not be played, also when they are drawn together', () => {
    const replaces = { program: 'x', title: 'Film', codec: 'hevc' };
    const slate = airingOf({ ...item('20:05', 60, '', 'slate'), replaces }, false, now);
    const before = airingOf(item('20:04', 60, 'a'), false, now);
    expect([...replacedPrograms([before, slate])]).toEqual([['x', replaces]]);
    expect(condense([before, slate], 5 * MINUTE)[0]!.replaces).toEqual(replaces);
  });

  test('are on now and next; short breaks are left out', () => {
    const airings = [
      item('20:00', 3600, 'x'),
      item('21:00', 30, 'ident', 'filler'),
      item('21:01', 60, 'y'),
      item('21:02', 600, 'slate', 'slate'),
      item('21:12', 600, 'z', 'program'),
    ].map((i) => airingOf(i, true, now));
    const { on, next } = nowAndNext(airings, now, 2);
    expect([on?.title, ...next.map((a) => a.title)]).toEqual(['x', 'y', 'slate']);
    expect(nowAndNext(airings, at('2026-06-01T19:00'), 1).on).toBeNull();
  });

  test('say what is on at a moment; where none is known, programs do', () => {
    const airing = airingOf(item('20:00', 60, 'x'), true, now);
    expect(onAt([airing], [a], at('2026-06-01T20:00'))?.title).toBe('x');
    expect(onAt([airing], [a], at('2026-06-01T20:02'))?.title).toBe('A');
    expect(onAt([airing], [a], at('2026-06-01T12:00'))).toBeNull();
  });
});

describe('the preview of a moment', () => {
  const now = at('2026-06-01T20:30');
  const airing = (kind: Airing['kind'], content: string | null): Airing => ({
    starts: at('2026-06-01T19:00'),
    ends: at('2026-06-01T21:00'),
    kind,
    phase: 'stored',
    content,
    program: null,
    title: 'x',
    count: 1,
  });
  const source = (time: string, of: Airing | null, on = true) =>
    momentSource(of, at(`2026-06-01T${time}`), now, 10 * MINUTE, on);

  test.each([
    ['20:25', airing('title', 'c'), true, { kind: 'channel', at: at('2026-06-01T20:25') }],
    ['20:25', airing('title', 'c'), false, { kind: 'title', content: 'c', position: 5100 }],
    ['20:10', airing('title', 'c'), true, { kind: 'title', content: 'c', position: 4200 }],
    ['20:40', airing('program', 'c'), true, { kind: 'title', content: 'c', position: 6000 }],
    ['20:40', airing('slate', null), true, { kind: 'slate' }],
    ['20:40', null, true, { kind: 'unknown' }],
  ])('at %s plays %o', (time, of, on, expected) => expect(source(time, of, on)).toEqual(expected));

  test('finds the start of the time line in an MPD', () => {
    expect(timelineStart('<MPD type="dynamic" availabilityStartTime="2026-11-28T08:04:09Z">')).toBe(
      Date.parse('2026-11-28T08:04:09Z'),
    );
    expect([timelineStart('#EXTM3U'), timelineStart('<MPD availabilityStartTime="soon">')]).toEqual([null, null]);
  });
});

describe('blocks of the week', () => {
  const settings = {
    blocks: [
      { days: ['sun', 'sat'], from: '06:00', to: '10:00', category: 'children', order: 'shuffle', no_repeat: 20 },
      { from: '20:15', to: '24:00', titles: ['a', 'b'], overrun: false },
      { from: '22:00', to: '02:00', series: 'rails', order: 'episodes' },
    ],
    otherwise: { order: 'list' },
  };

  test('are read and written without a loss', () => {
    const blocks = blocksOf(settings)!;
    expect(blocks.map((b) => b.source)).toEqual(['category:children', 'titles', 'series:rails']);
    expect([blocks[0]!.days, blocks[1]!.days]).toEqual([['sat', 'sun'], DAYS]);
    const [children, evening, night] = settings.blocks;
    expect(withBlocks(settings, blocks)).toEqual({
      blocks: [{ ...children, days: ['sat', 'sun'] }, { ...evening, order: 'list' }, night],
      otherwise: { order: 'list' },
    });
  });

  test('with another source lose the titles they had', () => {
    const [, evening] = blocksOf(settings)!;
    expect(withBlocks(null, [{ ...evening!, source: 'all' }])).toEqual({
      blocks: [{ from: '20:15', to: '24:00', order: 'list', overrun: false }],
      otherwise: { order: 'shuffle' },
    });
  });

  test('of another scheduler are none', () => {
    expect([blocksOf({ no_repeat: 20 }), blocksOf(null), blocksOf({ blocks: 'x' })]).toEqual([null, null, null]);
  });

  test('are complete with a day and two times', () => {
    expect(Object.values(TEMPLATES).flat().every(isComplete)).toBe(true);
    expect(isComplete({ ...TEMPLATES.evening[0], days: [] })).toBe(false);
    expect(isComplete({ ...TEMPLATES.evening[0], to: '' })).toBe(false);
  });
});
