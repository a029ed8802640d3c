import { describe, expect, test } from 'vitest';
import { calendarName, calendarOf } from '../../src/site/guide/calendar';
import { dueReminders, parseReminders, type Reminder } from '../../src/site/guide/reminders';
import { windowOf } from '../../src/site/guide/useWindow';

const NOW = Date.parse('2026-12-24T19:00:00Z');
const broadcast = {
  starts_at: '2026-12-24T20:15:00+01:00',
  ends_at: '2026-12-24T22:00:00+01:00',
  title: 'Night Train',
  channel: 'Harbour TV',
  url: 'https://tv.example.org/channel/harbour-tv',
};
const linesOf = (text: string): string[] => text.replaceAll('\r\n ', '').split('\r\n');

describe('a calendar file', () => {
  test('has the broadcast in UTC with a reminder', () => {
    const lines = linesOf(calendarOf(broadcast, NOW));
    expect(lines).toContain('DTSTART:20261224T191500Z');
    expect(lines).toContain('DTEND:20261224T210000Z');
    expect(lines).toContain('DTSTAMP:20261224T190000Z');
    expect(lines).toContain('SUMMARY:Night Train');
    expect(lines).toContain('TRIGGER:-PT5M');
    expect(lines.at(-1)).toBe('');
  });

  test('can have no lines but its own', () => {
    const lines = linesOf(
      calendarOf({ ...broadcast, title: 'A; b, c\\ d\r\nBEGIN:VALARM\u0000', description: 'x\ry' }, NOW),
    );
    expect(lines).toContain('SUMMARY:A\\; b\\, c\\\\ d\\nBEGIN:VALARM ');
    expect(lines).toContain('DESCRIPTION:x\\ny');
    expect(lines.filter((line) => line === 'BEGIN:VALARM')).toHaveLength(1);
  });

  test('has lines of at most 75 octets, and whole characters', () => {
    const title = 'Ä🎬'.repeat(60);
    const text = calendarOf({ ...broadcast, title }, NOW);
    const lengths = text.split('\r\n').map((line) => new TextEncoder().encode(line).length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(75);
    expect(linesOf(text)).toContain(`SUMMARY:${title}`);
  });

  test.each([
    ['Night Train: Part 2', 'Night-Train-Part-2.ics'],
    ['Straße', 'Straße.ics'],
    ['../..', 'broadcast.ics'],
  ])('of %s is called %s', (title, name) => expect(calendarName(title)).toBe(name));
});

describe('reminders', () => {
  const at = (minutes: number): Reminder => ({
    starts_at: new Date(NOW + minutes * 60_000).toISOString(),
    title: 'x',
    channel: 'c',
    href: '/channel/c',
  });

  test('are due when the broadcast begins, and dropped when it began long ago', () => {
    const [later, now, long] = [at(1), at(-1), at(-30)];
    expect(dueReminders([later, now, long], NOW)).toEqual({ due: [now], rest: [later] });
  });

  test.each([
    [null],
    ['{'],
    ['7'],
    ['[null, {"title": 1}, {"starts_at": "soon", "title": "", "channel": "", "href": ""}]'],
  ])('of the text %s are none', (text) => expect(parseReminders(text)).toEqual([]));

  test('are read as they were stored', () => expect(parseReminders(JSON.stringify([at(5)]))).toEqual([at(5)]));
});

describe('the window of a channel', () => {
  test('is exact where the start of the time line is known', () => {
    const known = windowOf({ isLive: true, start: 100, edge: 700, latency: 65.4 }, NOW - 710_000, NOW);
    expect(known).toEqual({ origin: NOW - 710_000, start: NOW - 610_000, at: NOW - 75_400, behind: 65 });
  });

  test('ends at the present where it is not', () => {
    const known = windowOf({ isLive: true, start: 100, edge: 700, latency: 3 }, null, NOW);
    expect(known).toEqual({ origin: NOW - 700_000, start: NOW - 600_000, at: NOW - 3000, behind: 0 });
  });

  test('is not known of a film, and before the manifest is read', () => {
    expect(windowOf({ isLive: false, start: 0, edge: 700, latency: 0 }, null, NOW)).toBeNull();
    expect(windowOf({ isLive: true, start: 0, edge: 0, latency: 0 }, null, NOW)).toBeNull();
  });
});
