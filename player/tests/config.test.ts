import Ajv from 'ajv/dist/2020';
import { describe, expect, test } from 'vitest';
import { checkConfig, type ConfigIssue } from '../src/config/check';
import type { PlayerConfiguration } from '../../web_ui/shared/viewerApi';
import type { PlayerConfig } from '../src/config/config';
import { explainIssue } from '../src/config/explain';
import { jsonSchema } from '../src/config/json-schema';
import { ConfigError, parseConfig } from '../src/config/parse';
import { resolveAddresses } from '../src/config/resolve';

const sources = { dash: '/media/main.mpd' };
const RIGHT: Record<string, unknown>[] = [
  { sources },
  { sources: { hls: 'main.m3u8' }, version: 1, kind: 'audio', waveform: [0, 0.5, 1] },
  { sources, 'x-mine': { any: 1 }, resume: false, end: null, poster: null, telemetry: false, progress: null },
  { sources, autoplay: 'muted', accent: '#abc', speed: 1.5, volume: 0, start: 3, end: 9 },
  { sources, playlist: [{ src: '/next.json', title: 'Next' }, { sources: { hls: 'x.m3u8' } }], next: null },
  {
    sources,
    drm: { servers: { 'org.w3.clearkey': '/key' }, token: null },
    captions: [{ src: 'a.vtt', language: 'de' }],
  },
];
/** Invalid configurations with the expected field and reason. */
const WRONG: [Record<string, unknown> | string, string, string][] = [
  [{}, 'sources', 'missing'],
  [{ sources: {} }, 'sources', 'no_source'],
  [{ sources: 'main.mpd' }, 'sources', 'is'],
  [{ sources: { dash: 3 } }, 'sources.dash', 'is'],
  [{ sources: { dassh: 'a' } }, 'sources.dassh', 'unknown'],
  [{ sources, autoply: true }, 'autoply', 'unknown'],
  [{ sources, autoplay: 'yes' }, 'autoplay', 'is'],
  [{ sources, version: 2 }, 'version', 'is'],
  [{ sources, title: 7 }, 'title', 'is'],
  [{ sources, kind: 'film' }, 'kind', 'is'],
  [{ sources, artwork: [{}] }, 'artwork[0].src', 'missing'],
  [{ sources, waveform: [0, 2] }, 'waveform[1]', 'is'],
  [{ sources, chapters: {} }, 'chapters', 'is'],
  [{ sources, chapters: [{ start: 1 }] }, 'chapters[0].title', 'missing'],
  [{ sources, chapters: [{ start: -1, title: 'a' }] }, 'chapters[0].start', 'is'],
  [
    {
      sources,
      chapters: [
        { start: 5, title: 'a' },
        { start: 2, title: 'b' },
      ],
    },
    'chapters[1].start',
    'not_later',
  ],
  [{ sources, markers: [{ kind: 'song', start: 1 }] }, 'markers[0].kind', 'is'],
  [{ sources, captions: [{ src: 'a.vtt' }] }, 'captions[0].language', 'missing'],
  [{ sources, captions: [{ src: 'a.vtt', language: 'en', kind: 'words' }] }, 'captions[0].kind', 'is'],
  [{ sources, duration_s: 'long' }, 'duration_s', 'is'],
  [{ sources, live: 'no' }, 'live', 'is'],
  [{ sources, start: Number.NaN }, 'start', 'is'],
  [{ sources, start: 9, end: 3 }, 'end', 'before_start'],
  [{ sources, resume: true }, 'resume', 'is'],
  [{ sources, volume: 11 }, 'volume', 'is'],
  [{ sources, speed: 0 }, 'speed', 'is'],
  [{ sources, preload: 'all' }, 'preload', 'is'],
  [{ sources, playlist: [{ sources: {} }] }, 'playlist[0].sources', 'no_source'],
  [{ sources, playlist: [{ src: 1 }] }, 'playlist[0].src', 'is'],
  [{ sources, next: { title: 'x' } }, 'next.src', 'missing'],
  [{ sources, drm: { servers: { a: 1 } } }, 'drm.servers.a', 'is'],
  [{ sources, drm: { robustness: { a: { video: 'x' } } } }, 'drm.robustness.a.video', 'is'],
  [{ sources, telemetry: { adress: '/t' } }, 'telemetry.adress', 'unknown'],
  [{ sources, progress: { url: '/p' } }, 'progress.content', 'missing'],
  [{ sources, session: { url: '/s' } }, 'session.configuration', 'missing'],
  [{ sources, accent: 'red' }, 'accent', 'is'],
  [{ sources, share: {} }, 'share.url', 'missing'],
  ['{"sources":', '', 'not_json'],
  ['[]', '', 'is'],
];

const caught = (config: unknown): ConfigIssue => {
  try {
    checkConfig(config);
  } catch (error) {
    return error as ConfigIssue;
  }
  throw new Error(`no issue was found in ${JSON.stringify(config)}`);
};

describe('configuration', () => {
  test.each(RIGHT)('is accepted: %j', (config) => expect(checkConfig(config)).toEqual(config));

  test.each(WRONG)('%j is rejected: %s, %s', (config, field, reason) => {
    const wrong = caught(config);
    expect([wrong.field, wrong.reason]).toEqual([field, reason]);
  });

  test('every declared field rejects an invalid value and is named in the error', () => {
    const named = new Set(WRONG.map(([, field]) => field.split(/[.[]/)[0]));
    const { properties } = jsonSchema() as { properties: Record<string, unknown> };
    const free = [
      '$schema',
      'id',
      'media',
      'subtitle',
      'poster',
      'thumbnails',
      'growing',
      'muted',
      'loop',
      'dvr_s',
      'language',
    ];
    for (const field of free) {
      expect(caught({ sources, [field]: { no: 1 } }).field).toContain(field);
      named.add(field);
    }
    expect(Object.keys(properties).filter((field) => !named.has(field))).toEqual([]);
  });

  test('errors are explained with a remedy', async () => {
    const translate = async (config: unknown, language = 'en'): Promise<string> =>
      (await explainIssue(caught(config), language)).message;
    expect(await translate({ sources, autoply: true })).toBe(
      'The player’s configuration is invalid at “autoply”: there is no such field. Did you mean “autoplay”?',
    );
    expect(await translate({ sources, volume: 11 })).toContain('“volume”: it is 11. Use a number in the range 0–1.');
    expect(await translate({ sources, volume: 11 }, 'de')).toContain('da steht 11');
    await expect(parseConfig({ sources, kind: 'x' })).rejects.toBeInstanceOf(ConfigError);
    for (const [config] of WRONG) expect(await translate(config)).not.toMatch(/config\.|\{\w+\}/);
  });
});

describe('the published schema', () => {
  const validate = new Ajv({ strict: true, allowUnionTypes: true, strictTypes: false }).compile(jsonSchema());
  // Rules across fields cannot be expressed in the schema.
  const beyond = ['before_start', 'not_later', 'not_json'];

  test.each(RIGHT)('accepts what the player accepts: %j', (config) => expect(validate(config)).toBe(true));
  test.each(
    WRONG.filter(
      ([config, , reason]) => !beyond.includes(reason) && typeof config === 'object' && !Number.isNaN(config.start),
    ),
  )('refuses what the player refuses: %j', (config) => expect(validate(config)).toBe(false));
  test('describes every field', () => {
    const { properties } = jsonSchema() as { properties: Record<string, { description?: string }> };
    for (const [name, { description }] of Object.entries(properties)) expect(description, name).toMatch(/\.$/);
  });
});

test('URLs are resolved against the URL of the configuration', () => {
  const config: PlayerConfig = {
    sources: { dash: 'main.mpd', hls: '/h.m3u8' },
    title: 'a/b',
    poster: 'p.jpg',
    waveform: [0.1],
    thumbnails: 't.vtt',
    captions: [{ src: 'c.vtt', language: 'en' }],
    next: { src: '../next' },
    drm: { servers: { 'org.w3.clearkey': 'key' } },
    telemetry: { url: '/t' },
    playlist: [{ sources: { hls: 'n.m3u8' } }],
  };
  expect(resolveAddresses(config, 'https://tv.example/api/v1/playback/7')).toEqual({
    sources: { dash: 'https://tv.example/api/v1/playback/main.mpd', hls: 'https://tv.example/h.m3u8' },
    title: 'a/b',
    poster: 'https://tv.example/api/v1/playback/p.jpg',
    waveform: [0.1],
    thumbnails: 'https://tv.example/api/v1/playback/t.vtt',
    captions: [{ src: 'https://tv.example/api/v1/playback/c.vtt', language: 'en' }],
    next: { src: 'https://tv.example/api/v1/next' },
    drm: { servers: { 'org.w3.clearkey': 'https://tv.example/api/v1/playback/key' } },
    telemetry: { url: 'https://tv.example/t' },
    playlist: [{ sources: { hls: 'https://tv.example/api/v1/playback/n.m3u8' } }],
  });
});

test("the server's configuration is valid for the player", () => {
  const fromServer: PlayerConfiguration = {
    version: 1,
    id: 'c',
    media: 'm',
    title: 'Night Train',
    kind: 'video',
    sources: { dash: '/media/m/main.mpd', hls: '/media/m/main.m3u8' },
    chapters: [{ start: 0, end: 30, title: 'Beginning' }],
    live: false,
    growing: false,
    resume: false,
    telemetry: { url: '/api/v1/telemetry' },
    next: { src: '/api/v1/playback/d', title: 'Day Train' },
  };
  // The compiler checks the types, and this the values.
  const config: PlayerConfig = fromServer;
  expect(checkConfig(config)).toEqual(fromServer);
});
