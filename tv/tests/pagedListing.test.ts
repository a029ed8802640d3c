import { expect, test } from 'vitest';
import { PREFETCH_DISTANCE, PagedListing } from '../src/api/pagedListing';
import { card as titleCard } from './card';

const SIZE = 40;
const card = (n: number) => titleCard({ id: `c${n}` });

/** A hundred titles in pages of forty; `shift` titles were added after the first page was served. */
function library(shift = 0): { listing: PagedListing; requested: (string | null)[] } {
  const requested: (string | null)[] = [];
  const listing = new PagedListing(async (cursor) => {
    requested.push(cursor);
    const start = Number(cursor ?? 0);
    const back = cursor === null ? 0 : shift;
    const items = Array.from({ length: Math.min(SIZE, 100 - start) }, (_, i) => card(start + i - back));
    return { title: 'Drama', items, next: start + SIZE < 100 ? String(start + SIZE) : null };
  });
  return { listing, requested };
}

test('the next page is requested once, before the focus reaches the end', async () => {
  const { listing, requested } = library();
  await listing.loadFirst();
  expect([listing.title, listing.items.length, listing.hasMore]).toEqual(['Drama', 40, true]);
  expect(await listing.loadMoreNear(SIZE - PREFETCH_DISTANCE - 1)).toBe(false);
  expect(requested).toEqual([null]);
  expect(await Promise.all([listing.loadMoreNear(30), listing.loadMoreNear(34)])).toEqual([true, true]);
  expect(requested).toEqual([null, '40']);
  expect(await listing.loadMoreNear(79)).toBe(true);
  expect([listing.items.length, listing.hasMore, await listing.loadMoreNear(99)]).toEqual([100, false, false]);
  expect(requested).toEqual([null, '40', '80']);
});

test('a listing is restored with the listing it had', async () => {
  const { listing, requested } = library();
  await listing.loadFirst(80);
  expect([listing.items.length, requested]).toEqual([80, [null, '40']]);
});

test('an item that moved to the next page is not duplicated', async () => {
  const { listing } = library(2);
  await listing.loadFirst(100);
  expect(new Set(listing.items.map((c) => c.id)).size).toBe(listing.items.length);
});

test('a failed page is requested again', async () => {
  let broken = true;
  const listing = new PagedListing(async (cursor) => {
    if (cursor !== null && broken) throw new Error('gone');
    return { title: '', items: [card(cursor === null ? 0 : 1)], next: cursor === null ? '1' : null };
  });
  await listing.loadFirst();
  await expect(listing.loadMoreNear(0)).rejects.toThrow('gone');
  broken = false;
  expect(await listing.loadMoreNear(0)).toBe(true);
});

test('a list without pagination is complete', async () => {
  const listing = new PagedListing(async () => ({ items: [card(1)] }));
  await listing.loadFirst(50);
  expect([listing.items.length, listing.hasMore]).toEqual([1, false]);
});
