import { expect, test } from 'vitest';
import { card as titleCard } from './card';
import type { Shape } from '../../web_ui/shared/catalogue';
import type { HomeRow } from '../../web_ui/shared/viewerApi';
import {
  tilesPerRow,
  chunkIntoRows,
  METRICS,
  pitch,
  ROW_SLOTS,
  ShelfModel,
  TILE_SLOTS,
  tileSlots,
  type Direction,
} from '../src/focus/shelfModel';
import { ShelfView } from '../src/focus/shelfView';
import { SAFE_X, WIDTH } from '../src/theme';

const SHAPES: Shape[] = ['still', 'poster', 'square'];
const library = (rows: number, items: number): ShelfModel => {
  const model = new ShelfModel();
  model.setRows(
    Array.from({ length: rows }, (_, i) => ({ shape: SHAPES[i % 3] as Shape, length: items, titled: true })),
  );
  return model;
};
const card = (n: number) =>
  titleCard({
    id: `c${n}`,
    title: `Title ${n}`,
    images: {
      poster: null,
      still: { base: `/i/${n}`, width: 1280, height: 720, widths: [320, 640], alt: '' },
      square: null,
      backdrop: null,
    },
  });

test('the focus reaches every title of a hundred rows and stays within the margins', () => {
  const model = library(100, 20);
  for (let row = 0; row < 100; row++) {
    for (let column = 0; column < 20; column++) {
      expect([model.row, model.column]).toEqual([row, column]);
      expect(model.focusX).toBeGreaterThanOrEqual(SAFE_X);
      expect(model.focusX + model.metrics.width).toBeLessThanOrEqual(WIDTH - SAFE_X);
      model.move('right');
    }
    expect(model.move('right')).toBe(false);
    model.move('down');
  }
  expect(model.move('down')).toBe(false);
});

test('the number of rendered slots is constant, and no slot is used twice', () => {
  const model = library(100, 500);
  const ways: Direction[] = ['right', 'right', 'down', 'right', 'left', 'down', 'up', 'right', 'down'];
  for (let i = 0; i < 900; i++) {
    model.move(ways[i % ways.length] as Direction);
    const lines = model.visibleRows();
    expect(lines.length).toBeLessThanOrEqual(ROW_SLOTS);
    expect(new Set(lines.map((l) => l.slot)).size).toBe(lines.length);
    for (const line of lines) {
      const m = METRICS[model.rows[line.index]?.shape ?? 'still'];
      expect(new Set(line.tiles.map((t) => t.slot)).size).toBe(line.tiles.length);
      expect(line.tiles.length).toBeLessThanOrEqual(tileSlots(m));
      // Every visible tile is rendered.
      const seen = line.tiles.filter(
        (t) => SAFE_X + t.x - line.shift < WIDTH && SAFE_X + t.x - line.shift + m.width > 0,
      );
      expect(seen.length).toBeGreaterThanOrEqual(Math.min(500, tilesPerRow(m)));
    }
  }
});

test('a move changes one slot only', () => {
  const model = library(3, 40);
  for (let i = 0; i < 10; i++) model.move('right');
  const before = new Map(model.visibleRows()[0]?.tiles.map((t) => [t.slot, t.index]));
  model.move('right');
  const after = model.visibleRows()[0]?.tiles ?? [];
  expect(after.filter((t) => before.get(t.slot) !== t.index).length).toBeLessThanOrEqual(1);
});

test('a row restores its last focused column', () => {
  const model = library(3, 20);
  for (let i = 0; i < 7; i++) model.move('right');
  model.move('down');
  expect(model.column).toBe(0);
  model.move('up');
  expect(model.column).toBe(7);
});

test('new rows keep the focus where possible', () => {
  const model = library(5, 20);
  model.focus(4, 19);
  model.setRows(
    [
      { shape: 'still', length: 3, titled: true },
      { shape: 'still', length: 0, titled: true },
    ],
    true,
  );
  expect([model.row, model.column, model.rows.length]).toEqual([0, 0, 1]);
  model.setRows([], true);
  expect([model.move('right'), model.visibleRows()]).toEqual([false, []]);
  model.setRows([{ shape: 'still', length: 3, titled: true }]);
  expect(model.visibleRows().length).toBe(1);
});

test('the last rows do not scroll if they fit, and the focus moves down to them', () => {
  const model = new ShelfModel(WIDTH, 900);
  model.setRows(Array.from({ length: 9 }, () => ({ shape: 'wide', length: 4, titled: false })));
  const line = METRICS.wide.height + METRICS.wide.foot;
  const seen = Array.from({ length: 9 }, () => {
    const at = [model.firstVisibleRow, model.focusY];
    expect(
      model
        .visibleRows()
        .filter((row) => row.visible)
        .map((row) => row.index),
    ).toContain(model.row);
    expect(model.focusY + METRICS.wide.height).toBeLessThanOrEqual(900);
    model.move('down');
    return at;
  });
  expect(seen.slice(0, 2)).toEqual([
    [0, 0],
    [1, 0],
  ]);
  expect(seen.slice(6)).toEqual([
    [6, 0],
    [6, line],
    [6, 2 * line],
  ]);
});

test('a grid is split into rows of the shelf’s width', () => {
  const across = tilesPerRow(METRICS.still);
  expect(across * pitch(METRICS.still) - METRICS.still.gap).toBeLessThanOrEqual(WIDTH - 2 * SAFE_X);
  expect(
    chunkIntoRows(
      Array.from({ length: across + 1 }, (_, i) => i),
      'still',
    ).map((r) => r.length),
  ).toEqual([across, 1]);
  expect(chunkIntoRows([], 'still')).toEqual([]);
});

test('a tile requests the smallest image that fills it', () => {
  const stage = new ShelfView();
  stage.url = (path) => `http://server${path}`;
  const row: HomeRow = {
    id: 'r',
    title: 'New',
    kind: 'new',
    shape: 'still',
    items: [card(1), card(2)],
    href: null,
    titles: {},
  };
  stage.setRows([row, { ...row, items: [] }]);
  expect(stage.view(true).filter((l) => l.alpha > 0).length).toBe(1);
  expect(stage.view(true)[0]?.tiles[0]).toMatchObject({
    src: 'http://server/i/1/640.webp',
    placeholder: 'Title 1',
    focused: true,
  });
  expect(stage.view(false)[0]?.tiles[0]?.focused).toBe(false);
  expect(stage.item?.title).toBe('Title 1');
});

test('slots are reused: none is created or destroyed', () => {
  const stage = new ShelfView();
  const row = (shape: Shape, length: number): HomeRow => ({
    id: shape,
    title: shape,
    kind: 'new',
    shape,
    items: Array.from({ length }, (_, i) => card(i)),
    href: null,
    titles: {},
  });
  const whole = (): boolean =>
    stage.view(true).length === ROW_SLOTS && stage.view(true).every((l) => l.tiles.length === TILE_SLOTS);
  stage.setRows([]);
  expect(whole()).toBe(true);
  stage.setRows([row('still', 3), row('poster', 40), row('square', 9)]);
  for (const way of ['right', 'down', 'right', 'right', 'down', 'up', 'up'] as const) {
    stage.model.move(way);
    expect(whole()).toBe(true);
  }
});

test('a slot reused for another row is placed without an animation', () => {
  const stage = new ShelfView();
  const row = (id: string): HomeRow => ({
    id,
    title: id,
    kind: 'new',
    shape: 'still',
    items: [card(1)],
    href: null,
    titles: {},
  });
  stage.setRows(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(row));
  expect(stage.view(true).map((l) => l.scrollMs)).toEqual([0, 0, 0, 0, 0]);
  expect(stage.view(true).every((l) => l.scrollMs > 0)).toBe(true);
  stage.model.move('down');
  stage.model.move('down');
  expect(stage.view(true).filter((l) => l.scrollMs === 0).length).toBe(1);
});
