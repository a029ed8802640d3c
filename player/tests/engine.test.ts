import { describe, expect, test, vi } from 'vitest';
import type { PlayerConfig } from '../src/config/config';
import type { Backend } from '../src/engine/backend';
import { chapterAt, chapterSpans } from '../src/engine/chapters';
import { type Fault, faultFromResponse, faultFromShaka, retryAfter } from '../src/engine/faults';
import { faultFromMediaError } from '../src/engine/native-backend';
import { retryPolicy, waitForRetry } from '../src/engine/retry-policy';
import { tryAutoplay } from '../src/engine/autoplay';
import { WatchProgress } from '../src/engine/watch-progress';
import { urlMapper } from '../src/engine/playback-session';
import { inherit, queueAfter, upcomingOf } from '../src/engine/queue';
import { isSameServer, readConfig } from '../src/engine/read-config';
import { advancedDrm } from '../src/engine/shaka-backend';
import { pickSource } from '../src/engine/source';
import { nextState, TRANSITIONS } from '../src/engine/states';
import { Telemetry } from '../src/engine/telemetry';
import { isTelemetryRefused, randomId } from '../src/engine/telemetry-session';
import { parseThumbnails, parseTimestamp, tileAt } from '../src/engine/thumbnails';
import { startPosition, durationOf, clampToSeekable } from '../src/engine/timeline';
import { Tracks } from '../src/engine/tracks';
import { PlaybackMeter } from '../src/engine/playback-meter';
import { WatchedRanges } from '../src/engine/watched-ranges';

describe('state machine', () => {
  test.each([
    ['idle', ['load', 'loaded', 'playing', 'pause', 'playing', 'end'], 'ended'],
    ['idle', ['load', 'waiting', 'loaded', 'playing', 'waiting', 'playing'], 'playing'],
    ['playing', ['waiting', 'offline', 'waiting', 'playing'], 'playing'],
    ['playing', ['fail', 'playing', 'pause', 'waiting'], 'failed'],
    ['failed', ['load', 'playing'], 'playing'],
    ['ended', ['playing', 'fail', 'unload'], 'idle'],
    ['idle', ['playing', 'pause', 'end', 'unload'], 'idle'],
  ] as const)('%s after %j is %s', (from, signals, to) => {
    expect(signals.reduce<keyof typeof TRANSITIONS>((state, signal) => nextState(state, signal), from)).toBe(to);
  });

  test('every state is reachable, and unload leads from every state to idle', () => {
    const reached = new Set(Object.values(TRANSITIONS).flatMap((row) => Object.values(row)));
    expect([...reached].sort()).toEqual(Object.keys(TRANSITIONS).sort());
    for (const state of Object.keys(TRANSITIONS) as (keyof typeof TRANSITIONS)[]) {
      if (state !== 'idle') expect(nextState(state, 'unload')).toBe('idle');
    }
  });
});

test('a configuration is requested with the function of the options', async () => {
  vi.stubGlobal('document', { baseURI: 'https://page.example/' });
  const fetchConfig = async () => new Response('{"version": 1, "sources": {"dash": "/a/main.mpd"}}');
  const { signal } = new AbortController();
  const loaded = await readConfig('https://tv.example/api/c', 'en', () => ({}), signal, fetchConfig);
  expect(loaded.config.sources?.dash).toBe('https://tv.example/a/main.mpd');
  vi.unstubAllGlobals();
});

describe('preferred captions', () => {
  const text = (id: string, language: string, isDefault = false) => ({
    id,
    language,
    label: id,
    kind: 'subtitles' as const,
    active: false,
    default: isDefault,
  });
  const texts = [text('1', 'en'), text('2', 'en'), text('3', 'de', true)];

  test.each([
    [null, undefined, '3'],
    ['en', undefined, '1'],
    ['off', undefined, null],
    [null, 'en', '1'],
  ])('the choice %j and the configuration %j select %j', (choice, configured, selected) => {
    localStorage.clear();
    if (choice) localStorage.setItem('otnet.captions', JSON.stringify(choice));
    const setText = vi.fn();
    const backend = { texts: () => texts, qualities: () => [], setText } as unknown as Backend;
    const captions = configured ? [{ src: 'c.vtt', language: configured, default: true }] : [];
    new Tracks(() => backend, vi.fn()).applyPreferred({ sources: {}, captions } as unknown as PlayerConfig);
    expect(setText.mock.calls).toEqual(selected ? [[selected]] : []);
  });
});

describe('manifest selection', () => {
  const both = { sources: { dash: 'd', hls: 'h' } };
  const pc = { mse: true, nativeHls: false, apple: false };
  test.each([
    [both, pc, { url: 'd', type: 'dash', native: false }],
    [both, { ...pc, nativeHls: true }, { url: 'd', type: 'dash', native: false }],
    [both, { mse: true, nativeHls: true, apple: true }, { url: 'h', type: 'hls', native: false }],
    [both, { mse: false, nativeHls: true, apple: true }, { url: 'h', type: 'hls', native: true }],
    [
      { ...both, drm: { servers: { 'com.apple.fps': 'u' } } },
      { mse: true, nativeHls: true, apple: true },
      { url: 'h', type: 'hls', native: false },
    ],
    [
      { ...both, drm: { servers: { 'com.apple.fps': 'u' } } },
      { mse: false, nativeHls: true, apple: true },
      { url: 'h', type: 'hls', native: false },
    ],
    [
      { ...both, drm: { servers: { 'com.apple.fps': 'u', 'com.widevine.alpha': 'u' } } },
      pc,
      { url: 'd', type: 'dash', native: false },
    ],
    [{ sources: { hls: 'h' } }, pc, { url: 'h', type: 'hls', native: false }],
    [{ sources: { dash: 'd' } }, { mse: false, nativeHls: true, apple: true }, null],
    [both, { mse: false, nativeHls: false, apple: false }, null],
  ])('%j on %j: %j', (config, platform, source) => expect(pickSource(config, platform)).toEqual(source));
});

test('robustness levels and certificates are in the advanced configuration of key systems', () => {
  const sources = { dash: 'x' };
  const robustness = { 'com.widevine.alpha': { video: ['HW_SECURE_ALL'], audio: ['SW_SECURE_CRYPTO'] } };
  expect(advancedDrm({ sources })).toEqual({});
  expect(advancedDrm({ sources, drm: { robustness, certificate: '/c' } })).toEqual({
    'com.widevine.alpha': { videoRobustness: ['HW_SECURE_ALL'], audioRobustness: ['SW_SECURE_CRYPTO'] },
    'com.apple.fps': { serverCertificateUri: '/c' },
  });
});

describe('error mapping', () => {
  test.each([
    [{ category: 1, code: 1001, data: ['u', 404] }, 'part_missing', false],
    [{ category: 1, code: 1001, data: ['u', 404, '', {}, 0] }, 'not_found', false],
    [{ category: 1, code: 1001, data: ['u', 410, '', {}, 0] }, 'not_found', false],
    [{ category: 1, code: 1001, data: ['u', 401, '', {}, 0] }, 'sign_in', false],
    [{ category: 1, code: 1001, data: ['u', 403, '', {}, 0] }, 'refused', false],
    [{ category: 1, code: 1001, data: ['u', 403] }, 'refused', false],
    [{ category: 1, code: 1001, data: ['u', 400] }, 'network', false],
    [{ category: 1, code: 1001, data: ['u', 408] }, 'network', true],
    [{ category: 1, code: 1001, data: ['u', 429] }, 'not_yet', true],
    [{ category: 1, code: 1003 }, 'network', true],
    [{ category: 1, code: 1001, data: ['u', 503, '', { 'retry-after': '3' }] }, 'not_yet', true],
    [{ category: 1, code: 1001, data: ['u', 500] }, 'network', true],
    [{ category: 1, code: 1002 }, 'network', true],
    [{ category: 3, code: 3016 }, 'decode', false],
    [{ category: 4, code: 4032 }, 'unsupported', false],
    [{ category: 4, code: 4001 }, 'manifest', false],
    [{ category: 6, code: 6007 }, 'licence', false],
    [{ category: 9, code: 9001 }, 'player', false],
  ])('%j is %s', (error, code, retryable) => expect(faultFromShaka(error)).toMatchObject({ code, retryable }));

  test('LOAD_INTERRUPTED is not an error', () => expect(faultFromShaka({ category: 7, code: 7000 })).toBeNull());
  test.each([
    [401, {}, 'sign_in', false],
    [403, { code: 'not_in_region' }, 'not_in_region', false],
    [403, null, 'not_entitled', false],
    [404, null, 'not_found', false],
    [410, null, 'not_found', false],
    [409, { code: 'not_ready' }, 'not_ready', false],
    [429, null, 'not_yet', true],
    [503, null, 'not_yet', true],
    [500, null, 'network', true],
  ])('HTTP %i with problem %j maps to %s, retryable: %s', (status, problem, code, retryable) =>
    expect(faultFromResponse(status, problem)).toMatchObject({ code, retryable }),
  );
  test('MediaError codes map to errors', () =>
    expect([faultFromMediaError({ code: 4 }).code, faultFromMediaError(null).code]).toEqual(['unsupported', 'player']));
  test.each([
    ['3', 3],
    ['0', 0],
    ['999', 60],
    ['Thu, 01 Jan 1970 00:00:05 GMT', 4],
    ['soon', null],
  ])('Retry-After %s is %j s', (value, seconds) => expect(retryAfter({ 'retry-after': value }, 1000)).toBe(seconds));
});

describe('retry policy', () => {
  const fault = (code: string, retryable: boolean, wait: number | null = null): Fault => ({
    code,
    retryable,
    retryAfterS: wait,
    detail: '',
    category: 'network',
  });
  test.each([
    [fault('not_yet', true, 3), 0, true, { waitS: 3 }],
    [fault('not_yet', true), 199, true, { waitS: 5 }],
    [fault('not_yet', true), 200, true, 'give up'],
    [fault('not_yet', true, 0), 0, true, { waitS: 5 }],
    [fault('network', true), 0, true, { waitS: 1 }],
    [fault('network', true), 3, true, 'give up'],
    [fault('network', true), 9, false, 'online'],
    [fault('part_missing', false), 0, true, 'give up'],
  ] as const)('%j, attempt %i, online %s: %j', (f, attempt, online, decision) =>
    expect(retryPolicy(f, attempt, online)).toEqual(decision),
  );

  test('the wait ends when the connection returns, and at once when it is aborted', async () => {
    const abort = new AbortController();
    const online = waitForRetry('online', abort.signal);
    dispatchEvent(new Event('online'));
    expect(await online).toBe(true);
    const stopped = waitForRetry({ waitS: 1000 }, abort.signal);
    abort.abort();
    expect([await stopped, await waitForRetry('online', abort.signal)]).toEqual([false, false]);
  });
});

describe('autoplay', () => {
  const browser = (allows: 'all' | 'silence' | 'nothing'): HTMLMediaElement => {
    const video = document.createElement('video');
    const refused = new DOMException('a gesture first', 'NotAllowedError');
    const may = (): boolean => allows === 'all' || (allows === 'silence' && video.muted);
    video.play = () => (may() ? Promise.resolve() : Promise.reject(refused));
    return video;
  };
  test.each([
    ['all', false, null, false],
    ['silence', false, 'sound', true],
    ['nothing', false, 'play', true],
  ] as const)('a browser that allows %s, with muted %s, blocks %j', async (allows, muted, blocked, mutedAfter) => {
    const video = browser(allows);
    expect([await tryAutoplay(video, muted), video.muted]).toEqual([blocked, mutedAfter]);
  });
  test('muted autoplay offers to unmute', async () =>
    expect(await tryAutoplay(Object.assign(browser('silence'), { muted: true }), true)).toBe('sound'));
});

describe('timeline', () => {
  const sources = { dash: 'd' };
  test.each([
    [{}, null],
    [{ start: 3 }, 3],
    [{ start: 3, resume: 12 }, 12],
    [{ start: 3, resume: 57, duration_s: 60 }, 3],
    [{ resume: 28, end: 30, duration_s: 60 }, null],
    [{ resume: false as const, start: 3 }, 3],
  ])('%j starts at %j', (config, at) => expect(startPosition({ sources, ...config })).toBe(at));
  test.each([
    [{}, 60, true, 60],
    [{ duration_s: 61 }, Number.NaN, false, 61],
    [{ duration_s: 61 }, 60, true, 60],
    [{}, Infinity, true, Number.NaN],
    [{ live: true, duration_s: 60 }, 60, true, Number.NaN],
  ])('%j with a media duration of %d (loaded: %s) has the duration %d', (config, known, loaded, duration) =>
    expect(durationOf({ sources, ...config }, known, loaded)).toBe(duration),
  );
  const film = { isLive: false, start: 0, edge: 0, latency: 0 };
  const live = { isLive: true, start: 100, edge: 160, latency: 0 };
  test.each([
    [-5, film, 60, 0],
    [30, film, 60, 30],
    [99, film, 60, 60],
    [99, film, Number.NaN, 99],
    [30, live, Number.NaN, 100],
    [999, live, Number.NaN, 160],
  ])('a seek to %d is clamped to the seekable range', (to, window, duration, at) =>
    expect(clampToSeekable(to, window, duration)).toBe(at),
  );
});

describe('thumbnails', () => {
  const VTT =
    'WEBVTT\r\n\r\n00:00:00.000 --> 00:00:04.000\r\n0.jpg#xywh=0,0,240,136\r\n\r\n' +
    'id\n00:04.000 --> 00:08.000\n0.jpg#xywh=240,0,240,136\n\n' +
    '00:08.000 --> 01:00:08.500\n../1.jpg#xywh=pixel:0,136,240,136\n\n' +
    'NOTE nothing\n\n00:09.000 --> 00:10.000\nno-tile.jpg\n';
  const cues = parseThumbnails(VTT, 'https://tv.example/t/index.vtt');

  test('are parsed from WebVTT, ignoring other blocks', () => {
    expect(cues).toHaveLength(3);
    expect(cues[2]).toEqual({
      start: 8,
      end: 3608.5,
      url: 'https://tv.example/1.jpg',
      x: 0,
      y: 136,
      width: 240,
      height: 136,
    });
  });
  test.each([
    [0, 0],
    [3.99, 0],
    [4, 240],
    [7, 240],
    [9999, 0],
    [-1, 0],
  ])('the tile at %d s is at x %d', (at, x) => expect(tileAt(cues, at)?.x).toBe(x));
  test('there is no tile without cues', () => expect(tileAt([], 3)).toBeNull());
  test('WebVTT timestamps are parsed', () =>
    expect(['01:02:03.500', '02:03,250', 'x'].map(parseTimestamp)).toEqual([3723.5, 123.25, Number.NaN]));
});

test('a chapter ends where the next one starts', () => {
  const chapters = [
    { start: 0, title: 'a' },
    { start: 10, end: 15, title: 'b' },
    { start: 20, title: 'c' },
  ];
  expect(chapterSpans(chapters, 30).map((c) => [c.start, c.end])).toEqual([
    [0, 10],
    [10, 15],
    [20, 30],
  ]);
  expect([0, 10, 16, 29].map((s) => chapterAt(chapters, s)?.title ?? null)).toEqual(['a', 'b', null, 'c']);
  expect(chapterAt(undefined, 3)).toBeNull();
});

test('a watched range is reported every minute', () => {
  const watched = new WatchedRanges();
  const ranges = Array.from({ length: 150 }, (_, s) => watched.advance(s)).filter(Boolean);
  expect(ranges).toEqual([
    { from_s: 0, to_s: 60 },
    { from_s: 60, to_s: 120 },
  ]);
  expect(watched.close()).toEqual({ from_s: 120, to_s: 149 });
});

test('watched ranges end at a seek', () => {
  const watched = new WatchedRanges();
  const ranges = [0, 0.25, 0.5, 1, 1.5, 30, 30.25, 30.5, 12].map((s) => watched.advance(s)).filter(Boolean);
  expect(ranges).toEqual([
    { from_s: 0, to_s: 1.5 },
    { from_s: 30, to_s: 30.5 },
  ]);
  expect([watched.advance(12.4), watched.close(), watched.close()]).toEqual([null, { from_s: 12, to_s: 12.4 }, null]);
});

describe('telemetry', () => {
  const about = { session: 's', content: 'c', media: null, skin: 'video' as const, engine: 'shaka 5' };
  const createTelemetry = (post = vi.fn(() => true)) => {
    let now = 0;
    const telemetry = new Telemetry(
      '/t',
      () => about,
      post,
      () => now,
    );
    return {
      telemetry,
      post,
      at: (ms: number) => (now = ms),
      sent: () => (post.mock.calls as unknown as [string, string][]).map(([, body]) => JSON.parse(body)),
    };
  };

  test('is sent in batches without personal data', () => {
    const { telemetry, sent, at } = createTelemetry();
    telemetry.add({ type: 'start', startup_ms: 400 });
    at(1234.4);
    telemetry.add({ type: 'end' });
    expect(sent()).toEqual([]);
    telemetry.flush();
    telemetry.flush();
    expect(sent()).toEqual([
      {
        ...about,
        batch: 0,
        events: [
          { type: 'start', startup_ms: 400, at_ms: 0 },
          { type: 'end', at_ms: 1234 },
        ],
      },
    ]);
  });
  test('a viewer who leaves before the first frame exits after an attempt; a blocked or failed one does not', () => {
    vi.useFakeTimers();
    const beacon = vi.fn((_url: string, _body: Blob) => true);
    vi.stubGlobal('navigator', { sendBeacon: beacon });
    vi.stubGlobal(
      'Blob',
      class {
        constructor(parts: string[]) {
          Object.assign(this, { text: parts[0] });
        }
      },
    );
    const types = (act: (meter: PlaybackMeter) => void): string[] => {
      beacon.mockClear();
      const context = {
        video: document.createElement('video'),
        config: { telemetry: true },
        options: {},
        sessionId: 's',
      };
      const meter = new PlaybackMeter({ ...context, telemetryAllowed: true } as never, 'http://x/', () => 'shaka');
      act(meter);
      meter.onExit(10);
      const bodies = beacon.mock.calls.map(([, body]) => JSON.parse((body as unknown as { text: string }).text));
      return bodies.flatMap((b) =>
        b.events.map((e: { type: string; started?: boolean }) => e.type + (e.started ?? '')),
      );
    };
    expect(types((m) => m.onPlayRequested())).toEqual(['attempt', 'exit']);
    expect(
      types((m) => {
        m.onPlayRequested();
        m.onPlaying();
      }),
    ).toEqual(['attempt', 'start']);
    expect(
      types((m) => {
        m.onPlayRequested();
        m.onError('x', 'y', true);
      }),
    ).toEqual(['attempt', 'errorfalse']);
    expect(
      types((m) => {
        m.onPlayRequested();
        m.onPlayBlocked();
      }),
    ).toEqual(['attempt']);
    expect(types(() => undefined)).toEqual([]);
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  test('a full batch is sent at once', () => {
    const { telemetry, sent } = createTelemetry();
    for (let i = 0; i < 20; i++) telemetry.add({ type: 'end' });
    expect(sent()[0].events).toHaveLength(20);
  });
  test('events that sendBeacon rejects stay in the queue', () => {
    const { telemetry, post, sent } = createTelemetry(
      vi.fn().mockReturnValueOnce(false).mockReturnValue(true) as never,
    );
    telemetry.add({ type: 'end' });
    telemetry.flush();
    telemetry.add({ type: 'start', startup_ms: 1 });
    telemetry.flush();
    expect(post).toHaveBeenCalledTimes(2);
    expect(sent()[1].events).toHaveLength(2);
  });
  test('the session id is a random UUID', () => {
    expect(randomId()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(randomId()).not.toBe(randomId());
  });
  test.each([
    [{ globalPrivacyControl: true }, true],
    [{ doNotTrack: '1' }, true],
    [{ doNotTrack: 'unspecified' }, false],
    [{}, false],
  ])('is refused with %j (Do Not Track, Global Privacy Control): %s', (browser, no) =>
    expect(isTelemetryRefused(browser)).toBe(no),
  );
});

test('watch progress is reported every ten seconds and on pause, in order', async () => {
  const put = vi.fn().mockResolvedValue(new Response());
  const progress = new WatchProgress(
    { url: '/p', content: 'c' },
    () => ({ 'x-csrf-token': 't' }),
    put,
    () => new Date(0),
  );
  for (const s of [0, 5, 10.04, 12, 21]) progress.onTimeUpdate(s, 60);
  progress.save(22.26, 60);
  progress.save(22.26, 60);
  progress.save(3, Number.NaN);
  const bodies = put.mock.calls.map(([, init]) => JSON.parse(init.body));
  expect(bodies.map((b) => b.position_s)).toEqual([10, 21, 22.3]);
  expect(bodies[0]).toEqual({ content: 'c', position_s: 10, duration_s: 60, at: '1970-01-01T00:00:00.000Z' });
  expect(put.mock.calls[0]![1]).toMatchObject({ method: 'PUT', keepalive: true, headers: { 'x-csrf-token': 't' } });
});

test('the position is saved on a pause right after the first time update', () => {
  const put = vi.fn().mockResolvedValue(new Response());
  const progress = new WatchProgress({ url: '/p', content: 'c' }, () => ({}), put);
  progress.onTimeUpdate(31.2, 60);
  progress.save(31.2, 60);
  expect(put.mock.calls.map(([, init]) => JSON.parse(init.body).position_s)).toEqual([31.2]);
});

test.each([
  ['https://tv.example/a.mpd', 'https://tv.example/api/1', true],
  ['/a.mpd', 'https://tv.example/api/1', true],
  ['https://cdn.example/a.mpd', 'https://tv.example/api/1', false],
  ['https://tv.example/a.mpd', '{"sources": {}}', true],
])('%s is same-origin with %s: %s', (url, src, expected) =>
  expect(isSameServer(url, src, 'https://tv.example/api/1')).toBe(expected),
);

test('the next item', () => {
  const a = { sources: { dash: 'a' } };
  const b = { sources: { dash: 'b' }, title: 'B', poster: 'b.jpg' };
  const next = { src: '/n', title: 'N' };
  expect(queueAfter({ ...a, playlist: [b], next }, [a])).toEqual([b]);
  expect(queueAfter({ ...a, next }, [b])).toEqual([b]);
  expect(queueAfter({ ...a, next }, [])).toEqual([next]);
  expect(queueAfter(a, [])).toEqual([]);
  expect(upcomingOf(b)).toEqual({ title: 'B', poster: 'b.jpg' });
  expect(upcomingOf(undefined)).toBeNull();
  expect(inherit(b, { ...a, language: 'de', accent: '#fff', title: 'A' })).toEqual({
    ...b,
    language: 'de',
    accent: '#fff',
  });
});

describe('URLs of playback sessions', () => {
  const old = 'https://x.example/p/one/media/m1/main.mpd';
  test.each([
    ['https://x.example/p/two/media/m1/main.mpd', 'https://x.example/p/two/media/m1/r/0.m4s'],
    ['https://x.example/media/m1/main.mpd', 'https://x.example/media/m1/r/0.m4s'],
    ['https://y.example/p/one/media/m1/main.mpd', 'https://y.example/p/one/media/m1/r/0.m4s'],
    [old, 'https://x.example/p/one/media/m1/r/0.m4s'],
  ])('below %s', (current, segment) => {
    const map = urlMapper(old, current);
    expect(map(old)).toBe(current);
    expect(map('https://x.example/p/one/media/m1/r/0.m4s')).toBe(segment);
    expect(map('https://licences.example/x')).toBe('https://licences.example/x');
  });
});
