import { expect, test } from 'vitest';
import { nextRepeatState, RELEASED, REPEAT_MS, seekStep, type RepeatState } from '../src/keys/repeatPolicy';
import { KEYS, keyFor, platformOf, TIZEN_REGISTER, type Key, type Platform } from '../src/keys/keyMaps';

const everyRemote: Key[] = [
  'left',
  'right',
  'up',
  'down',
  'enter',
  'back',
  'play',
  'pause',
  'stop',
  'forward',
  'rewind',
];

test.each(Object.keys(KEYS) as Platform[])('the remote of %s has every key it needs', (platform) => {
  const names = new Set(Object.values(KEYS[platform]));
  expect(everyRemote.filter((name) => !names.has(name))).toEqual([]);
});

test.each<[Platform, { key: string; keyCode: number }, Key]>([
  ['tizen', { key: 'XF86Back', keyCode: 10009 }, 'back'],
  ['tizen', { key: '', keyCode: 10009 }, 'back'],
  ['tizen', { key: 'MediaPlayPause', keyCode: 10252 }, 'playpause'],
  ['tizen', { key: '', keyCode: 415 }, 'play'],
  ['webos', { key: 'Unidentified', keyCode: 461 }, 'back'],
  ['webos', { key: 'Unidentified', keyCode: 412 }, 'rewind'],
  ['webos', { key: 'ArrowLeft', keyCode: 37 }, 'left'],
  ['firetv', { key: 'Unidentified', keyCode: 179 }, 'playpause'],
  ['firetv', { key: 'GoBack', keyCode: 0 }, 'back'],
  ['firetv', { key: 'Unidentified', keyCode: 228 }, 'forward'],
  ['androidtv', { key: 'MediaFastForward', keyCode: 0 }, 'forward'],
  ['androidtv', { key: 'Unidentified', keyCode: 85 }, 'playpause'],
  ['browser', { key: 'Escape', keyCode: 27 }, 'back'],
  ['browser', { key: 'PageUp', keyCode: 33 }, 'channelup'],
  ['tizen', { key: '', keyCode: 428 }, 'channeldown'],
  ['webos', { key: 'Unidentified', keyCode: 33 }, 'channelup'],
  ['androidtv', { key: 'ChannelDown', keyCode: 0 }, 'channeldown'],
  ['browser', { key: ' ', keyCode: 32 }, 'playpause'],
])('%s: the key event %o is %s', (platform, event, name) => {
  expect(keyFor(KEYS[platform], event)).toBe(name);
});

test('letters are ignored', () => {
  expect(keyFor(KEYS.tizen, { key: 'q', keyCode: 81 })).toBeNull();
});

test('digit keys are mapped to digits', () => {
  for (const map of Object.values(KEYS)) {
    for (const digit of '0123456789') expect(keyFor(map, { key: digit, keyCode: 48 + Number(digit) })).toBeNull();
  }
});

test('colour keys are left to the television', () => {
  for (const map of Object.values(KEYS)) {
    for (const code of [403, 404, 405, 406]) expect(map[code]).toBeUndefined();
  }
});

test('every key registered on Tizen is mapped, except digits', () => {
  for (const key of TIZEN_REGISTER.filter((name) => !/^\d$/.test(name)))
    expect(keyFor(KEYS.tizen, { key, keyCode: 0 })).not.toBeNull();
});

test.each<[string, Platform]>([
  ['Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 Version/6.0 TV Safari/537.36', 'tizen'],
  ['Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/79.0.3945.79 Safari/537.36', 'webos'],
  ['Mozilla/5.0 (Linux; Android 9; AFTMM Build/PS7484; wv) AppleWebKit/537.36 OTNetTV-Android', 'firetv'],
  ['Mozilla/5.0 (Linux; Android 12; BRAVIA 4K VH2 Build/STT2; wv) Chrome/110 OTNetTV-Android', 'androidtv'],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36', 'browser'],
])('the user agent %s is %s', (agent, platform) => {
  expect(platformOf(agent)).toBe(platform);
});

test('key repeat is throttled to a constant rate', () => {
  let state: RepeatState = RELEASED;
  let moves = 0;
  for (let now = 0; now <= 1000; now += 33) {
    const [next, counts] = nextRepeatState(state, 'right', now > 0, now);
    state = next;
    moves += counts ? 1 : 0;
  }
  expect(moves).toBeGreaterThanOrEqual(9);
  expect(moves).toBeLessThanOrEqual(1 + Math.floor(1000 / REPEAT_MS));
  const [, other] = nextRepeatState(state, 'down', true, 1001);
  expect(other).toBe(true);
});

test('the seek step grows while the key is held', () => {
  expect([0, 4, 5, 12, 25, 99].map(seekStep)).toEqual([10, 10, 30, 60, 120, 120]);
});
