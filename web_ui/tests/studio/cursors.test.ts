import { expect, test } from 'vitest';
import { CursorPager, type Page } from '../../src/studio/api/cursors';

/** 95 numbers in pages of ten; records the requested cursors. */
function createList(count = 95) {
  const requested: (string | null)[] = [];
  const fetch = async (cursor: string | null): Promise<Page<number>> => {
    requested.push(cursor);
    const from = Number(cursor ?? 0);
    const items = Array.from({ length: Math.max(0, Math.min(10, count - from)) }, (_, i) => from + i);
    return { items, next: from + 10 < count ? String(from + 10) : null };
  };
  return { requested, fetch };
}

test('the next and the previous page take one request each', async () => {
  const { requested, fetch } = createList();
  const cursors = new CursorPager();
  for (const page of [1, 2, 3, 2, 1]) await cursors.page('list', page, fetch);
  expect(requested).toEqual([null, '10', '20', '10', null]);
});

test('an unvisited page is reached from the nearest known cursor', async () => {
  const { requested, fetch } = createList();
  const cursors = new CursorPager();
  expect((await cursors.page('list', 4, fetch)).items[0]).toBe(30);
  expect(requested).toEqual([null, '10', '20', '30']);
  await cursors.page('list', 6, fetch);
  expect(requested.slice(4)).toEqual(['40', '50']);
});

test('cursors are kept per filter', async () => {
  const { requested, fetch } = createList();
  const cursors = new CursorPager();
  await cursors.page('a', 2, fetch);
  await cursors.page('b', 2, fetch);
  expect(requested).toEqual([null, '10', null, '10']);
});

test('a page past the end is empty and has no next page', async () => {
  const { fetch } = createList(15);
  expect(await new CursorPager().page('list', 9, fetch)).toMatchObject({ items: [], next: null });
});
