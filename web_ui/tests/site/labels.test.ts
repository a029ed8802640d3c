import { describe, expect, it } from 'vitest';
import {
  dateLabel,
  deviceName,
  durationLabel,
  cardFacts,
  remainingLabel,
  percentLabel,
  qualityLabel,
  roleLabel,
  stateLabel,
} from '../../src/site/labels';
import { problemKind } from '../../src/site/components/ProblemNotice';
import { isAudioOnly } from '../../src/site/isAudioOnly';
import { card } from './card';

it.each([
  [20, '20 s'],
  [60, '1 min'],
  [5640, '1 h 34 min'],
  [7200, '2 h'],
])('the duration %d s is %s', (s, words) => expect(durationLabel(s)).toBe(words));

it('labels the remaining time and watched titles', () => {
  const at = (position_s: number) => remainingLabel(card({ progress: { position_s, duration_s: 6000 } }));
  expect([remainingLabel(card()), at(0), at(600), at(5900)]).toEqual([null, null, '1 h 30 min left', 'Watched']);
});

describe('the label of a media state', () => {
  const encoding = { percent: 34.6, speed: 3, eta_s: 90, stage: 'encode' };
  it.each([
    [{ state: 'ready', playable: true, kind: 'film', progress: null }, null],
    [{ state: 'encoding', playable: true, kind: 'film', progress: encoding }, 'Watch now, encoding 35 %'],
    [{ state: 'encoding', playable: true, kind: 'audio', progress: encoding }, 'Listen now, encoding 35 %'],
    [{ state: 'encoding', playable: false, kind: null, progress: encoding }, 'Encoding, 35 %'],
    [{ state: 'encoding', playable: true, kind: null, progress: null }, 'Watch now, still encoding'],
    [{ state: 'waiting', playable: false, kind: null, progress: null }, 'Waiting'],
    [{ state: 'failed', playable: false, kind: null, progress: null }, 'Could not be prepared'],
    [{ state: 'new-fangled', playable: false, kind: null, progress: null }, 'Coming soon'],
  ])('%j', (at, words) => expect(stateLabel(at)).toBe(words));
  it('never shows 100 % before the encode is finished', () =>
    expect([percentLabel(99.7), percentLabel(100), percentLabel(-3)]).toEqual(['99 %', '100 %', '0 %']));
});

it('labels roles, dates, resolutions and devices', () => {
  expect([roleLabel('director'), roleLabel('Actor'), roleLabel('best boy'), roleLabel('')]).toEqual([
    'Director',
    'Cast',
    'Best boy',
    'Crew',
  ]);
  expect([dateLabel('2024'), dateLabel('2024-03-05'), dateLabel('soon')]).toEqual(['2024', 'March 5, 2024', 'soon']);
  expect([qualityLabel([720, 1080]), qualityLabel([2160]), qualityLabel([576]), qualityLabel([])]).toEqual([
    'Full HD · 1080p',
    '4K · 2160p',
    '576p',
    null,
  ]);
  expect(deviceName('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36')).toBe(
    'Chrome, Linux',
  );
  expect(deviceName('otnet-tv/1 (Tizen 7)')).toBe('TV, Samsung');
  expect(cardFacts({ ...card({ duration_s: null }), episodes: 3 })).toEqual(['2024', '3 episodes']);
});

it('maps problems to messages by code, then by status', () => {
  const kind = (status: number, code: string) => problemKind({ status, code });
  expect([kind(401, 'sign_in'), kind(401, 'no_token'), kind(403, 'not_in_region'), kind(403, 'not_entitled')]).toEqual([
    'sign_in',
    'sign_in',
    'not_in_region',
    'not_entitled',
  ]);
  expect([kind(404, 'no_such_title'), kind(0, 'offline'), kind(0, 'unreachable'), kind(500, 'internal')]).toEqual([
    'not_found',
    'offline',
    'unreachable',
    'other',
  ]);
});

it('detects audio-only titles', () => {
  const tracks = (heights: number[], audio: string[]) => ({ heights, audio, text: [] });
  expect(isAudioOnly({ kind: 'podcast_episode' })).toBe(true);
  expect(isAudioOnly({ kind: 'podcast_episode', tracks: tracks([720], ['en']) })).toBe(false);
  expect(isAudioOnly({ kind: 'film', tracks: tracks([], ['en']) })).toBe(true);
  expect(isAudioOnly({ kind: 'film', tracks: tracks([], []) })).toBe(false);
  expect(isAudioOnly({ kind: null })).toBe(false);
});
