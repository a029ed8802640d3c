import { describe, expect, test } from 'vitest';
import { ffmpegCommand, isValid, liveStatusOf, serverOf, type StreamKey } from '../../src/studio/channel/live';
import whole from './live.json';

describe('the state of a live stream', () => {
  test('is read as the server sends it', () => {
    expect(liveStatusOf(whole)).toEqual(whole);
  });

  test('is known when nothing else is', () => {
    const empty = { stream: null, health: null, history: [], warnings: [], rungs: [], simulcast: [], viewers: null };
    expect(liveStatusOf({ state: 'waiting' })).toEqual({ state: 'waiting', ...empty });
    const nulls = Object.fromEntries(Object.keys(empty).map((name) => [name, null]));
    expect(liveStatusOf({ state: 'off', ...nulls })).toEqual({ state: 'off', ...empty });
    expect(liveStatusOf({ state: 'live', stream: 'x', history: [null, { at: 1 }], rungs: [{}], warnings: {} })).toEqual(
      {
        state: 'live',
        ...empty,
      },
    );
  });

  test.each([[null], ['live'], [[]], [{}], [{ state: 'paused' }]])('is not known from %j', (body) =>
    expect(liveStatusOf(body)).toBeNull(),
  );
});

describe('the addresses for encoders', () => {
  test.each([
    ['rtmp://tv.example.org:1935/live/ots_a', 'ots_a', 'rtmp://tv.example.org:1935/live'],
    ['rtmp://[::1]:1935/live/ots_a', 'ots_a', 'rtmp://[::1]:1935/live'],
    ['rtmp://tv.example.org/live?key=ots_a', 'ots_a', null],
    [null, 'ots_a', null],
  ])('%s has the server %s', (url, key, expected) => expect(serverOf(url, key)).toBe(expected));

  test('are in the command for ffmpeg', () =>
    expect(ffmpegCommand('rtmp://x/live/k')).toMatch(/ -f flv rtmp:\/\/x\/live\/k$/));
});

test('a stream key is valid until it is revoked or expires', () => {
  const key = { revoked_at: null, expires_at: null } as StreamKey;
  const now = Date.parse('2026-11-28T08:00:00Z');
  expect(isValid(key, now)).toBe(true);
  expect(isValid({ ...key, revoked_at: '2026-11-28T07:00:00Z' }, now)).toBe(false);
  expect(isValid({ ...key, expires_at: '2026-11-28T07:59:59Z' }, now)).toBe(false);
  expect(isValid({ ...key, expires_at: '2026-11-28T08:00:01Z' }, now)).toBe(true);
});
