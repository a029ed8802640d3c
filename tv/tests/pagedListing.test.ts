import { expect, test } from 'vitest';
import { PREFETCH_DISTANCE, PagedListing } from '../src/api/pagedListing';
import type { Card } from '../src/api/types';

const SIZE = 40;
const card = (n: number): Card => ({ id: `c${n}` }) as Card;

/** A hundred titles, forty at a time; `shift` of them were added since the first page was given. */
function library(shift = 0): { pages: PagedListing; asked: (string | null)[] } {
  const asked: (string | null)[] = [];
  const pages = new PagedListing(async (cursor) => {
    asked.push(cursor);
    const start = Number(cursor ?? 0);
    const back = cursor === null ? 0 : shift;
    const items = Array.from({ length: Math.min(SIZE, 100 - start) }, (_, i) => card(start + i - back));
    return { title: 'Drama', items, next: start + SIZE < 100 ? String(start + SIZE) : null };
  });
  return { pages, asked };
}

test('the next page is asked for before the focus comes to the end, and once', async () => {
  const { pages, asked } = library();
  await pages.loadFirst();
  expect([pages.title, pages.items.length, pages.hasMore]).toEqual(['Drama', 40, true]);
  expect(await pages.loadMoreNear(SIZE - PREFETCH_DISTANCE - 1)).toBe(false);
  expect(asked).toEqual([null]);
  expect(await Promise.all([pages.loadMoreNear(30), pages.loadMoreNear(34)])).toEqual([true, true]);
  expect(asked).toEqual([null, '40']);
  expect(await pages.loadMoreNear(79)).toBe(true);
  expect([pages.items.length, pages.hasMore, await pages.loadMoreNear(99)]).toEqual([100, false, false]);
  expect(asked).toEqual([null, '40', '80']);
});

test('coming back, as much is there as was', async () => {
  const { pages, asked } = library();
  await pages.loadFirst(80);
  expect([pages.items.length, asked]).toEqual([80, [null, '40']]);
});

test('what moved on to the next page is there once', async () => {
  const { pages } = library(2);
  await pages.loadFirst(100);
  expect(new Set(pages.items.map((c) => c.id)).size).toBe(pages.items.length);
});

test('a page that did not come is asked for again', async () => {
  let broken = true;
  const pages = new PagedListing(async (cursor) => {
    if (cursor !== null && broken) throw new Error('gone');
    return { title: '', items: [card(cursor === null ? 0 : 1)], next: cursor === null ? '1' : null };
  });
  await pages.loadFirst();
  await expect(pages.loadMoreNear(0)).rejects.toThrow('gone');
  broken = false;
  expect(await pages.loadMoreNear(0)).toBe(true);
});

test('a list without pages is whole', async () => {
  const pages = new PagedListing(async () => ({ items: [card(1)] }));
  await pages.loadFirst(50);
  expect([pages.items.length, pages.hasMore]).toEqual([1, false]);
});
