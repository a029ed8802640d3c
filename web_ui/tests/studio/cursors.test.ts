import { expect, test } from 'vitest';
import { CursorPager, type Page } from '../../src/studio/api/cursors';

/** 95 numbers, ten a page; remembers the cursors it was asked for. */
function shelf(count = 95) {
  const asked: (string | null)[] = [];
  const fetch = async (cursor: string | null): Promise<Page<number>> => {
    asked.push(cursor);
    const from = Number(cursor ?? 0);
    const items = Array.from({ length: Math.max(0, Math.min(10, count - from)) }, (_, i) => from + i);
    return { items, next: from + 10 < count ? String(from + 10) : null };
  };
  return { asked, fetch };
}

test('on and back is one request each', async () => {
  const { asked, fetch } = shelf();
  const cursors = new CursorPager();
  for (const page of [1, 2, 3, 2, 1]) await cursors.page('list', page, fetch);
  expect(asked).toEqual([null, '10', '20', '10', null]);
});

test('a page that nobody has been to is walked to, from the nearest one known', async () => {
  const { asked, fetch } = shelf();
  const cursors = new CursorPager();
  expect((await cursors.page('list', 4, fetch)).items[0]).toBe(30);
  expect(asked).toEqual([null, '10', '20', '30']);
  await cursors.page('list', 6, fetch);
  expect(asked.slice(4)).toEqual(['40', '50']);
});

test('other filters, other cursors', async () => {
  const { asked, fetch } = shelf();
  const cursors = new CursorPager();
  await cursors.page('a', 2, fetch);
  await cursors.page('b', 2, fetch);
  expect(asked).toEqual([null, '10', null, '10']);
});

test('a page past the end is empty, and says that there is no more', async () => {
  const { fetch } = shelf(15);
  expect(await new CursorPager().page('list', 9, fetch)).toMatchObject({ items: [], next: null });
});
