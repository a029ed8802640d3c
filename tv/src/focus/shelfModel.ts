// Rows of pictures as data: which one has the focus, where everything lies, and which few of them are on stage.
//
// A shelf may hold a hundred rows of any length; the stage holds a handful of row slots, each with a handful of tile
// slots. Row i is shown by slot i mod ROW_SLOTS, tile j by slot j mod TILE_SLOTS: as the focus moves by one, one slot
// lets go of what left the screen and takes up what comes, and all others stay as they are. So the number of nodes does
// not grow with the library, and nothing is made or thrown away while one moves.
import type { RowShape } from '../api/types';
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

// Below a row there is room for words about its focus, and then the next row's name: whole, or not on screen at all.
const defaults = { gap: 28, head: 62, foot: 64, radius: theme.radius.card };
export const METRICS: Record<RowShape, Metrics> = {
  still: { ...defaults, width: 352, height: 198 },
  poster: { ...defaults, width: 220, height: 330, foot: 80 },
  square: { ...defaults, width: 240, height: 240 },
  // Their names are written below them.
  person: { ...defaults, width: 200, height: 200, gap: 64, foot: 160, radius: 100 },
  link: { ...defaults, width: 300, height: 96 },
  wide: { ...defaults, width: 411, height: 231, foot: 66 },
};
/** One row above the focus (it fades out), the focus, and as many below as a screen can show. */
export const ROW_SLOTS = 5;

export const pitch = (m: Metrics): number => m.width + m.gap;
/** Tiles that fit between the margins of a shelf `width` wide. */
export const tilesPerRow = (m: Metrics, width = WIDTH): number => Math.floor((width - 2 * SAFE_X + m.gap) / pitch(m));
/** A tile more on either side, so that what comes into sight is there already. */
export const tileSlots = (m: Metrics, width = WIDTH): number => Math.ceil(width / pitch(m)) + 2;
/** Enough for the narrowest shape; rows of wider ones leave some empty. */
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

  /** `height` is what there is room for; without it the focused row is always the uppermost. */
  constructor(
    private readonly width = WIDTH,
    private readonly height = 0,
  ) {}

  /** Takes new rows; `keep` leaves the focus where it was, as far as there is something there. */
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

  /** The uppermost row: the one with the focus, but rows move up no further than the last of them needs. */
  get firstVisibleRow(): number {
    const enough = this.tops.findIndex((top) => this.total - top <= this.height);
    return enough < 0 ? this.row : Math.min(this.row, enough);
  }

  /** How far the rows have moved up. */
  get top(): number {
    return this.tops[this.firstVisibleRow] ?? 0;
  }

  get metrics(): Metrics {
    return METRICS[this.rows[this.row]?.shape ?? 'still'];
  }

  /** Where the focused tile is on screen, relative to the shelf. */
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

  /** false where the focus would leave the shelf: whoever holds it decides what comes then. */
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

  /** The rows and tiles that are on stage, in the order of their slots. */
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

  /** The least a row must move so that its focus lies between the margins. */
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

/** A list as rows without names, each as long as the shelf is wide. */
export function chunkIntoRows<T>(items: readonly T[], shape: RowShape, width = WIDTH): T[][] {
  const across = tilesPerRow(METRICS[shape], width);
  const rows: T[][] = [];
  for (let i = 0; i < items.length; i += across) rows.push(items.slice(i, i + across));
  return rows;
}
