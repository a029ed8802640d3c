import { describe, expect, test } from 'vitest';
import { changedPositions } from '../../src/studio/credits/order';
import { moved } from '../../src/studio/ui/useReorder';
import { checklist } from '../../src/studio/workbench/checklist';
import { filmState, nextAction } from '../../src/studio/workbench/filmState';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const media = (over = {}) => ({ id: 'm', role: 'main', state: 'ready', playable: true, ...over });
const film = (over = {}) => ({ id: 'f', status: 'published', visibility: 'public', media: [media()], ...over });
const failed = media({ state: 'failed', playable: false });
const waiting = media({ state: 'found', playable: false });
const encoding = media({ state: 'encoding' });
const yesterday = '2026-05-31T12:00:00Z';
const tomorrow = '2026-06-02T12:00:00Z';

test.each([
  ['a draft', { status: 'draft' }, 'draft', 'publish'],
  ['a draft that is encoding and plays', { status: 'draft', media: [encoding] }, 'draft', 'publish'],
  ['a draft without media', { status: 'draft', media: [] }, 'draft', 'upload'],
  ['a draft with a trailer only', { status: 'draft', media: [media({ role: 'trailer' })] }, 'draft', 'upload'],
  ['a draft whose file failed', { status: 'draft', media: [failed] }, 'draft', 'retry'],
  ['published and playable', {}, 'published', 'view'],
  ['published while it encodes', { media: [encoding] }, 'published', 'view'],
  ['published, not playable yet', { media: [waiting] }, 'preparing', 'view'],
  ['published, but its file failed', { media: [failed] }, 'failed', 'retry'],
  ['published, and a new encode failed', { media: [media({ state: 'failed' })] }, 'published', 'view'],
  ['published without media', { media: [] }, 'no_media', 'upload'],
  ['published from tomorrow', { published_from: tomorrow }, 'scheduled', 'view'],
  ['published until yesterday', { published_until: yesterday }, 'ended', 'schedule'],
] as const)('%s', (_, over, state, action) => {
  expect(filmState(film(over), NOW)).toBe(state);
  expect(nextAction(film(over), NOW)).toBe(action);
});

describe('checklist', () => {
  const open = (over: object, texts = 0) =>
    checklist(film(over), texts, NOW)
      .filter((i) => !i.done)
      .map((i) => i.name);

  test('of a new title', () => {
    expect(open({ status: 'draft', media: [] })).toEqual([
      'media',
      'synopsis',
      'artwork',
      'genres',
      'credits',
      'subtitles',
      'published',
    ]);
  });

  test('of a complete title', () => {
    const complete = { synopsis: 'A guard.', artwork: { backdrop: {} }, genres: ['d'], credits: [{}] };
    expect(open(complete, 1)).toEqual([]);
    expect(open({ ...complete, synopsis: ' ' }, 1)).toEqual(['synopsis']);
    expect(open({ ...complete, visibility: 'private' }, 1)).toEqual(['rights']);
    expect(open({ ...complete, published_until: yesterday }, 1)).toEqual(['rights', 'published']);
    expect(open({ ...complete, media: [failed] }, 1)).toEqual(['media', 'published']);
  });
});

test.each([
  ['down', 0, 2, 'bca'],
  ['up', 2, 0, 'cab'],
  ['nowhere', 1, 1, 'abc'],
])('an item that is moved %s', (_, from, to, expected) => expect(moved([...'abc'], from, to).join('')).toBe(expected));

test('only positions that change are saved', () => {
  const rows = [
    { id: 'a', position: 2 },
    { id: 'b', position: 2 },
    { id: 'c', position: 0 },
  ];
  expect(changedPositions(rows).map(({ row, position }) => `${row.id}${position}`)).toEqual(['a1', 'c3']);
});
