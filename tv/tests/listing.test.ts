import { expect, test } from 'vitest';
import { AHEAD, Pages } from '../src/api/listing';
import type { Card } from '../src/api/types';

const SIZE = 40;
const card = (n: number): Card => ({ id: `c${n}` }) as Card;

/** A hundred titles, forty at a time; `shift` of them were added since the first page was given. */
function library(shift = 0): { pages: Pages; asked: (string | null)[] } {
  const asked: (string | null)[] = [];
  const pages = new Pages(async (cursor) => {
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
  await pages.begin();
  expect([pages.title, pages.items.length, pages.more]).toEqual(['Drama', 40, true]);
  expect(await pages.near(SIZE - AHEAD - 1)).toBe(false);
  expect(asked).toEqual([null]);
  expect(await Promise.all([pages.near(30), pages.near(34)])).toEqual([true, true]);
  expect(asked).toEqual([null, '40']);
  expect(await pages.near(79)).toBe(true);
  expect([pages.items.length, pages.more, await pages.near(99)]).toEqual([100, false, false]);
  expect(asked).toEqual([null, '40', '80']);
});

test('coming back, as much is there as was', async () => {
  const { pages, asked } = library();
  await pages.begin(80);
  expect([pages.items.length, asked]).toEqual([80, [null, '40']]);
});

test('what moved on to the next page is there once', async () => {
  const { pages } = library(2);
  await pages.begin(100);
  expect(new Set(pages.items.map((c) => c.id)).size).toBe(pages.items.length);
});

test('a page that did not come is asked for again', async () => {
  let broken = true;
  const pages = new Pages(async (cursor) => {
    if (cursor !== null && broken) throw new Error('gone');
    return { title: '', items: [card(cursor === null ? 0 : 1)], next: cursor === null ? '1' : null };
  });
  await pages.begin();
  await expect(pages.near(0)).rejects.toThrow('gone');
  broken = false;
  expect(await pages.near(0)).toBe(true);
});

test('a list without pages is whole', async () => {
  const pages = new Pages(async () => ({ items: [card(1)] }));
  await pages.begin(50);
  expect([pages.items.length, pages.more]).toEqual([1, false]);
});
