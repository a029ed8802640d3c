import { describe, expect, it } from 'vitest';
import { endpointForPath, isPage, safeNext } from '../../src/site/api/endpoints';
import { formatDeviceCode, isCompleteCode } from '../../src/site/deviceCode';
import { contentIdOf, watchState } from '../../src/site/watch/player';
import { assetsOf, cachePolicy } from '../../src/site/worker/cachePolicy';

describe('the endpoint of a page', () => {
  it.each([
    ['/', '/api/v1/site/home'],
    ['/title/night-train', '/api/v1/site/titles/night-train'],
    ['/title/a%20b%2Fc', '/api/v1/site/titles/a%20b%2Fc'],
    ['/watch/c1', '/api/v1/site/titles/c1'],
    ['/series/x/', '/api/v1/site/series/x'],
    ['/person/x', '/api/v1/site/people/x'],
    ['/category/x', '/api/v1/site/categories/x'],
    ['/genre/x', '/api/v1/site/genres/x'],
    ['/list', '/api/v1/me/list'],
    ['/search', null],
    ['/title/', null],
  ])('%s → %s', (path, call) => expect(endpointForPath(path)).toBe(call));

  it('has no endpoint for paths outside the site', () => {
    expect(['/search', '/sign-in', '/reset', '/activate', '/profile'].every(isPage)).toBe(true);
    expect(['/studio/', '/docs', '/api/v1/site', '/media/x', '/tv', '/embed/x'].some(isPage)).toBe(false);
  });
});

it.each([
  ['/activate?code=BCDF-GHJK', '/activate?code=BCDF-GHJK'],
  ['/title/x', '/title/x'],
  [null, '/'],
  ['', '/'],
  ['//evil.example', '/'],
  ['https://evil.example/', '/'],
  ['/\\evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/sign-in', '/'],
  ['/studio/', '/'],
  ['/title/x\n', '/'],
])('after sign-in, next=%j redirects to %s', (wanted, place) => expect(safeNext(wanted)).toBe(place));

it.each([
  ['bcdfghjk', 'BCDF-GHJK'],
  ['BCDF-GHJK', 'BCDF-GHJK'],
  ['b c d', 'BCD'],
  ['bcdf', 'BCDF'],
  ['bcdfg', 'BCDF-G'],
  ['aeiou123', ''],
  ['bcdf-ghjk-lmnp', 'BCDF-GHJK'],
])('the device code %s is formatted as %s', (typed, code) => {
  expect(formatDeviceCode(typed)).toBe(code);
  expect(isCompleteCode(code)).toBe(code.length === 9);
});

describe('the service worker', () => {
  const ask = (path: string, mode = 'cors', method = 'GET') =>
    cachePolicy({ method, mode, url: new URL(path, 'https://a.example').href }, 'https://a.example');
  it.each([
    ['/', 'navigate', 'page'],
    ['/title/x', 'navigate', 'page'],
    ['/ui/assets/site-1.js', 'cors', 'asset'],
    ['/api/v1/site', 'cors', 'network'],
    ['/api/v1/site', 'navigate', 'network'],
    ['/studio/', 'navigate', 'network'],
    ['/media/x/1.m4s', 'cors', 'network'],
    ['/images/a/1/320.avif', 'no-cors', 'network'],
    ['/embed/x', 'navigate', 'network'],
    ['/player/v1/otnet-player.js', 'cors', 'network'],
    ['https://b.example/ui/assets/x.js', 'cors', 'network'],
  ])('%s (%s): %s', (path, mode, expected) => expect(ask(path, mode)).toBe(expected));

  it('does not cache POST', () => expect(ask('/ui/assets/x.js', 'cors', 'POST')).toBe('network'));
  it('lists the files of the app shell', () => {
    const html =
      '<script src="/ui/assets/a-1.js"></script><link href="/ui/assets/b-2.css"><link href="/ui/favicon.svg">';
    expect(assetsOf(html)).toEqual(['/ui/assets/a-1.js', '/ui/assets/b-2.css']);
  });
});

it('parses player events', () => {
  expect(
    ['idle', 'loading', 'ready', 'playing', 'paused', 'buffering', 'ended', 'offline', 'failed'].map(watchState),
  ).toEqual(['loading', 'loading', 'playing', 'playing', 'playing', 'playing', 'playing', 'playing', 'failed']);
  expect(contentIdOf('/api/v1/playback/c2?x=1')).toBe('c2');
  expect(contentIdOf(undefined)).toBeNull();
});
