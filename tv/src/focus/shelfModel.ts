// Layout and focus of rows of tiles, as data.
//
// A shelf may have a hundred rows of any length; the stage has a few row slots, each with a few tile slots. Row i is
// shown by slot i mod ROW_SLOTS, tile j by slot j mod TILE_SLOTS: when the focus moves by one, one slot is reassigned
// and all others stay unchanged. The number of nodes is therefore constant, and no nodes are created or destroyed
// while scrolling.
import type { RowShape } from '../api/rowShape';
import { theme, SAFE_X, WIDTH } from '../theme';

export type Direction = 'left' | 'right' | 'up' | 'down';
export interface Metrics {
  width: number;
  height: number;
  gap: number;
  head: number;
  foot: number;
  radius: number;
}
export interface ShelfRow {
  shape: RowShape;
  length: number;
  titled: boolean;
}

// Space below a row for its caption and the next row's title.
const defaults = { gap: 28, head: 62, foot: 64, radius: theme.radius.card };
export const METRICS: Record<RowShape, Metrics> = {
  still: { ...defaults, width: 352, height: 198 },
  poster: { ...defaults, width: 220, height: 330, foot: 80 },
  square: { ...defaults, width: 240, height: 240 },
  // Space for the names below the pictures.
  person: { ...defaults, width: 200, height: 200, gap: 64, foot: 160, radius: 100 },
  link: { ...defaults, width: 300, height: 96 },
  wide: { ...defaults, width: 411, height: 231, foot: 66 },
};
/** One row above the focus (fading out), the focused row, and the rows below that fit on a screen. */
export const ROW_SLOTS = 5;

export const pitch = (m: Metrics): number => m.width + m.gap;
/** Tiles that fit between the margins of a shelf `width` pixels wide. */
export const tilesPerRow = (m: Metrics, width = WIDTH): number => Math.floor((width - 2 * SAFE_X + m.gap) / pitch(m));
/** One extra tile on either side, so that the next tile is loaded before it scrolls in. */
export const tileSlots = (m: Metrics, width = WIDTH): number => Math.ceil(width / pitch(m)) + 2;
/** Enough for the narrowest shape; wider ones leave slots empty. */
export const TILE_SLOTS = Math.max(...Object.values(METRICS).map((m) => tileSlots(m)));
const titleHeight = (row: ShelfRow): number => (row.titled ? METRICS[row.shape].head : 0);
const rowHeight = (row: ShelfRow): number => titleHeight(row) + METRICS[row.shape].height + METRICS[row.shape].foot;

export interface TilePlacement {
  slot: number;
  index: number;
  x: number;
  focused: boolean;
}
export interface RowPlacement {
  slot: number;
  index: number;
  y: number;
  shift: number;
  tiles: TilePlacement[];
  visible: boolean;
}

export class ShelfModel {
  row = 0;
  private columns: number[] = [];
  private shifts: number[] = [];
  private tops: number[] = [];
  private total = 0;
  rows: ShelfRow[] = [];

  /** `height` is the visible height in pixels; without it the focused row is always at the top. */
  constructor(
    private readonly width = WIDTH,
    private readonly height = 0,
  ) {}

  /** Replaces the rows. `keep` keeps the focus where possible. */
  setRows(rows: ShelfRow[], keep = false): void {
    const old = keep ? this.columns : [];
    if (!keep) this.row = 0;
    this.rows = rows.filter((row) => row.length > 0);
    this.tops = [];
    let y = 0;
    for (const row of this.rows) {
      this.tops.push(y);
      y += rowHeight(row);
    }
    this.total = y;
    this.columns = this.rows.map((row, i) => Math.min(old[i] ?? 0, row.length - 1));
    this.shifts = this.rows.map((_, i) => this.scrollToShowFocus(i, 0));
    this.row = Math.max(0, Math.min(this.row, this.rows.length - 1));
  }

  get column(): number {
    return this.columns[this.row] ?? 0;
  }

  /** The row at the top: the focused one, but no further down than needed to show the last row. */
  get firstVisibleRow(): number {
    const enough = this.tops.findIndex((top) => this.total - top <= this.height);
    return enough < 0 ? this.row : Math.min(this.row, enough);
  }

  /** Vertical scroll offset, in pixels. */
  get top(): number {
    return this.tops[this.firstVisibleRow] ?? 0;
  }

  get metrics(): Metrics {
    return METRICS[this.rows[this.row]?.shape ?? 'still'];
  }

  /** Position of the focused tile relative to the shelf. */
  get focusX(): number {
    return SAFE_X + this.column * pitch(this.metrics) - (this.shifts[this.row] ?? 0);
  }

  get focusY(): number {
    const row = this.rows[this.row];
    return row ? (this.tops[this.row] ?? 0) - this.top + titleHeight(row) : 0;
  }

  focus(row: number, column: number): void {
    if (this.rows.length === 0) return;
    this.row = Math.max(0, Math.min(row, this.rows.length - 1));
    const length = this.rows[this.row]?.length ?? 1;
    this.columns[this.row] = Math.max(0, Math.min(column, length - 1));
    this.shifts[this.row] = this.scrollToShowFocus(this.row, this.shifts[this.row] ?? 0);
  }

  /** Returns false if the focus would leave the shelf. */
  move(direction: Direction): boolean {
    const row = this.rows[this.row];
    if (!row) return false;
    const [r, c] = { left: [0, -1], right: [0, 1], up: [-1, 0], down: [1, 0] }[direction] as [number, number];
    const next = this.row + r;
    if (next < 0 || next >= this.rows.length) return false;
    const column = (this.columns[next] ?? 0) + c;
    if (column < 0 || column >= (this.rows[next]?.length ?? 0)) return false;
    this.focus(next, column);
    return true;
  }

  /** The placement of all visible rows and tiles, ordered by slot. */
  visibleRows(): RowPlacement[] {
    const from = Math.max(0, this.firstVisibleRow - 1);
    const last = Math.min(this.rows.length, from + ROW_SLOTS);
    const lines: RowPlacement[] = [];
    for (let index = from; index < last; index++) lines.push(this.placeRow(index));
    return lines.sort((a, b) => a.slot - b.slot);
  }

  private placeRow(index: number): RowPlacement {
    const row = this.rows[index] as ShelfRow;
    const m = METRICS[row.shape];
    const slots = tileSlots(m, this.width);
    const shift = this.shifts[index] ?? 0;
    const from = Math.max(0, Math.floor(shift / pitch(m)) - 1);
    const tiles: TilePlacement[] = [];
    for (let i = from; i < Math.min(row.length, from + slots); i++) {
      const focused = index === this.row && i === this.columns[index];
      tiles.push({ slot: i % TILE_SLOTS, index: i, x: i * pitch(m), focused });
    }
    tiles.sort((a, b) => a.slot - b.slot);
    return {
      slot: index % ROW_SLOTS,
      index,
      y: this.tops[index] ?? 0,
      shift,
      tiles,
      visible: index >= this.firstVisibleRow,
    };
  }

  /** The smallest horizontal scroll that keeps the focused tile between the margins. */
  private scrollToShowFocus(index: number, shift: number): number {
    const row = this.rows[index] as ShelfRow;
    const m = METRICS[row.shape];
    const column = this.columns[index] ?? 0;
    const fit = tilesPerRow(m, this.width);
    const most = Math.max(0, row.length - fit) * pitch(m);
    const low = Math.max(0, column - fit + 1) * pitch(m);
    const high = column * pitch(m);
    return Math.min(most, Math.max(low, Math.min(high, shift)));
  }
}

/** Splits a list into rows of the shelf's width. */
export function chunkIntoRows<T>(items: readonly T[], shape: RowShape, width = WIDTH): T[][] {
  const across = tilesPerRow(METRICS[shape], width);
  const rows: T[][] = [];
  for (let i = 0; i < items.length; i += across) rows.push(items.slice(i, i + across));
  return rows;
}
