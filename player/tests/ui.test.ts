import { markerAt } from '../src/ui/markers';
import { describe, expect, test } from 'vitest';
import type { Text } from '../src/engine/types';
import {
  STYLE_OPTIONS,
  styleProperties,
  loadCaptionStyle,
  DEFAULT_STYLE,
  saveCaptionStyle,
} from '../src/ui/caption-style';
import { sideOf } from '../src/ui/gestures';
import { escapeHtml } from '../src/ui/html';
import { actionOf, BINDINGS, nextSpeed } from '../src/ui/key-bindings';
import { clampDrag, fractionAt } from '../src/ui/ring';
import { findTextTrack } from '../src/ui/store';
import { mask, peaks } from '../src/ui/waveform';
import deBase from '../src/i18n/de/base';
import deConfig from '../src/i18n/de/config';
import deDialogs from '../src/i18n/de/dialogs';
import enBase from '../src/i18n/en/base';
import enConfig from '../src/i18n/en/config';
import enDialogs from '../src/i18n/en/dialogs';
import { pickLanguage, translator } from '../src/i18n';

describe('keyboard shortcuts', () => {
  test.each([
    [{ key: ' ' }, 'toggle'],
    [{ key: 'K' }, 'toggle'],
    [{ key: 'j' }, 'back10'],
    [{ key: 'l' }, 'forward10'],
    [{ key: 'ArrowLeft' }, 'back5'],
    [{ key: 'ArrowUp' }, 'louder'],
    [{ key: 'm' }, 'mute'],
    [{ key: 'f' }, 'fullscreen'],
    [{ key: 'c' }, 'captions'],
    [{ key: 'i' }, 'pip'],
    [{ key: '7' }, 'percent'],
    [{ key: '<', shiftKey: true }, 'slower'],
    [{ key: '>', shiftKey: true }, 'faster'],
    [{ key: ',' }, 'frame_back'],
    [{ key: '.' }, 'frame_forward'],
    [{ key: '?', shiftKey: true }, 'help'],
    [{ key: 'Home' }, 'start'],
    [{ key: 'End' }, 'end'],
    [{ key: 'N', shiftKey: true }, 'next'],
    [{ key: 'n' }, null],
    [{ key: 'x' }, null],
    [{ key: 'Tab' }, null],
    [{ key: 'l', ctrlKey: true }, null],
    [{ key: 'ArrowLeft', altKey: true }, null],
    [{ key: 'c', metaKey: true }, null],
  ])('%j: %s', (pressed, action) => expect(actionOf(pressed)).toBe(action));

  test('no key has two actions, and each action is described', () => {
    const keys = BINDINGS.flatMap((b) => b.keys);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { action } of BINDINGS) expect(enDialogs).toHaveProperty([`key.${action}`]);
  });
  test.each([
    [1, true, 1.25],
    [2, true, 2],
    [1, false, 0.75],
    [0.25, false, 0.25],
    [1.1, true, 1.25],
  ])('the speed after %d× (faster: %s) is %d×', (now, up, then) => expect(nextSpeed(now, up)).toBe(then));
});

describe('waveform', () => {
  test('keeps the peak of each bar, normalized to 1', () => {
    expect(peaks([0, 0.1, 0.5, 0.2], 2)).toEqual([0.2, 1]);
    expect(peaks([0.5], 3)).toEqual([1, 1, 1]);
    expect(peaks([], 3)).toEqual([]);
    expect(peaks([0, 0], 2)).toEqual([0, 0]);
  });
  test('the mask has one bar per peak', () => expect(decodeURIComponent(mask([0, 1])).match(/<rect/g)).toHaveLength(2));
});

describe('ring seek bar', () => {
  test.each([
    [0, -1, 0],
    [1, 0, 0.25],
    [0, 1, 0.5],
    [-1, 0, 0.75],
  ])('the point %d, %d is at the fraction %d', (x, y, turn) => expect(fractionAt(x, y)).toBeCloseTo(turn));
  test('a drag is clamped at both ends', () =>
    expect([clampDrag(0.9, 0.95), clampDrag(0.95, 0.02), clampDrag(0.02, 0.97)]).toEqual([0.95, 1, 0]));
});

test.each([
  [10, 300, 'back10'],
  [150, 300, null],
  [290, 300, 'forward10'],
])('a double tap at %d of %d px seeks: %s', (x, width, side) => expect(sideOf(x, width)).toBe(side));

describe('captions', () => {
  test('every style option has CSS and a label', () => {
    for (const [part, words] of Object.entries(STYLE_OPTIONS)) {
      for (const word of words) {
        expect(Object.values(styleProperties({ ...DEFAULT_STYLE, [part]: word })), word).not.toContain('undefined');
        expect(enDialogs).toHaveProperty([`style.${word}`]);
      }
    }
  });
  test('the stored style is restored; unknown values fall back to the default', () => {
    saveCaptionStyle({ ...DEFAULT_STYLE, size: 'huge' });
    expect(loadCaptionStyle().size).toBe('huge');
    localStorage.setItem('otnet.caption-style', '{"size":"vast","edge":"outline"}');
    expect(loadCaptionStyle()).toEqual({ ...DEFAULT_STYLE, edge: 'outline' });
    localStorage.setItem('otnet.caption-style', 'not json');
    expect(loadCaptionStyle()).toEqual(DEFAULT_STYLE);
  });
  const texts: Text[] = [
    { id: '1', language: 'de', label: 'Deutsch (alle Töne)', kind: 'captions', active: false },
    { id: '2', language: 'de', label: 'Deutsch', kind: 'subtitles', active: false },
    { id: '3', language: 'en', label: 'English', kind: 'subtitles', active: true },
  ];
  test.each([
    ['cc:de:Deutsch%20(alle%20T%C3%B6ne)', '1'],
    ['sb:de:Deutsch', '2'],
    ['sb:en:English', '3'],
    ['sb:fr:Fran%C3%A7ais', undefined],
    [[{ language: 'en', label: 'English' }], '3'],
    [undefined, undefined],
  ])('the preference %j selects %s', (preference, id) => expect(findTextTrack(texts, preference)?.id).toBe(id));
});

test('markup in a title is escaped', () =>
  expect(escapeHtml('<b onclick="x">\'&</b>')).toBe('&lt;b onclick=&quot;x&quot;&gt;&#39;&amp;&lt;/b&gt;'));

describe('translations', () => {
  test.each([
    ['base', enBase, deBase],
    ['config', enConfig, deConfig],
    ['dialogs', enDialogs, deDialogs],
  ])('%s: both catalogues have the same messages and parameters', (_group, en, de) => {
    expect(Object.keys(de)).toEqual(Object.keys(en));
    const values = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!).sort();
    for (const [key, text] of Object.entries(en))
      expect(values((de as Record<string, string>)[key]!), key).toEqual(values(text));
  });
  test('every error has a remedy', () => {
    const errors = Object.keys(enBase).filter(
      (k) => k.startsWith('error.') && !k.endsWith('.remedy') && k !== 'error.title',
    );
    for (const error of errors) expect(enBase).toHaveProperty([`${error}.remedy`]);
  });
  test.each([
    [['de-AT', 'en'], 'de'],
    [['fr', null, 'de'], 'de'],
    [['xx'], 'en'],
    [[undefined, ''], 'en'],
  ])('the language for %j is %s', (wanted, language) => expect(pickLanguage(wanted)).toBe(language));
  test('a missing parameter keeps its placeholder', () =>
    expect(translator({ a: '{x} of {y}' })('a', { x: 1 })).toBe('1 of {y}'));
});

test('markers have an end, or last until the end of the title', () => {
  const markers = [
    { kind: 'intro' as const, start: 5, end: 30 },
    { kind: 'credits' as const, start: 90 },
  ];
  const kinds = [0, 5, 29.9, 30, 89, 90, 500].map((s) => markerAt(markers, s)?.kind ?? null);
  expect(kinds).toEqual([null, 'intro', 'intro', null, null, 'credits', 'credits']);
  expect(markerAt(undefined, 3)).toBeNull();
});
