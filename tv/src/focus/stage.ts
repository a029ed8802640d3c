// A shelf's rows as the stage needs them: flat values only, so that what did not change is seen to be the same and left
// alone. Pure; the component only hands them on.
import { variant } from '../api/pictures';
import type { Card } from '../api/types';
import { look } from '../theme';
import { imageOf, initials, isCard, type Filled, type Item } from './items';
import { METRICS, ROW_SLOTS, ShelfModel, TILE_SLOTS, type RowAt } from './shelf';

export interface TileView {
  slot: number;
  x: number;
  w: number;
  h: number;
  radius: number;
  src: string;
  /** What stands in the place of a picture: at the top, or, where there never is one, in the middle. */
  words: string;
  size: number;
  middle: boolean;
  /** Below the picture. */
  name: string;
  note: string;
  progress: number;
  badge: string;
  focused: boolean;
}
export interface RowView {
  slot: number;
  y: number;
  alpha: number;
  title: string;
  head: number;
  shift: number;
  glide: number;
  tiles: TileView[];
}

export const GLIDE_MS = 160;

export class Stage {
  readonly model: ShelfModel;
  private rows: Filled[] = [];
  private held: number[] = new Array<number>(ROW_SLOTS).fill(-1);
  url: (path: string) => string = (path) => path;
  badge: (card: Card) => string = () => '';

  constructor(width?: number, height?: number) {
    this.model = new ShelfModel(width, height);
  }

  setRows(rows: readonly Filled[], keep = false): void {
    this.rows = rows.filter((row) => row.items.length > 0);
    this.held.fill(-1);
    this.model.setRows(
      this.rows.map((row) => ({ shape: row.shape, length: row.items.length, titled: row.title !== '' })),
      keep,
    );
  }

  get empty(): boolean {
    return this.rows.length === 0;
  }

  get item(): Item | null {
    return this.rows[this.model.row]?.items[this.model.column] ?? null;
  }

  get rowTitle(): string {
    return this.rows[this.model.row]?.title ?? '';
  }

  /** `active` is false while something else holds the focus. */
  view(active: boolean): RowView[] {
    const lines = this.model.stage().map((line) => this.line(line, active));
    return slots(ROW_SLOTS, lines, (slot) => {
      this.held[slot] = -1;
      return { slot, y: 0, alpha: 0, title: '', head: 0, shift: 0, glide: 0, tiles: slots(TILE_SLOTS, [], emptyTile) };
    });
  }

  private line(at: RowAt, active: boolean): RowView {
    const row = this.rows[at.index] as Filled;
    const m = METRICS[row.shape];
    // A slot that takes up another row must not be seen sliding to its place.
    const glide = this.held[at.slot] === at.index ? GLIDE_MS : 0;
    this.held[at.slot] = at.index;
    return {
      slot: at.slot,
      y: at.y,
      alpha: at.visible ? 1 : 0,
      title: row.title,
      head: row.title === '' ? 0 : m.head,
      shift: -at.shift,
      glide,
      tiles: slots(
        TILE_SLOTS,
        at.tiles.map((tile): TileView => {
          const item = row.items[tile.index] as Item;
          const card = isCard(item) ? item : null;
          const person = item.type === 'person' ? item : null;
          const src = variant(imageOf(item, row.shape), m.width);
          return {
            slot: tile.slot,
            x: tile.x,
            w: m.width,
            h: m.height,
            radius: m.radius,
            src: src === '' ? '' : this.url(src),
            words: person ? initials(person.title) : item.title,
            size: person ? look.size.display : card ? look.size.fine : look.size.text,
            middle: card === null,
            name: person?.title ?? '',
            note: person?.note ?? '',
            progress: card ? progressOf(card) : 0,
            badge: card ? this.badge(card) : '',
            focused: active && tile.focused,
          };
        }),
        emptyTile,
      ),
    };
  }
}

/** What is not on screen: there, so that the slot need not be made anew when it is. */
const emptyTile = (slot: number): TileView => ({
  slot,
  x: -4000,
  w: 220,
  h: 198,
  radius: look.radius.card,
  src: '',
  words: '',
  size: look.size.fine,
  middle: false,
  name: '',
  note: '',
  progress: 0,
  badge: '',
  focused: false,
});

/** One for every slot, in their order. */
function slots<T extends { slot: number }>(count: number, taken: readonly T[], empty: (slot: number) => T): T[] {
  const bySlot = new Map(taken.map((one) => [one.slot, one]));
  return Array.from({ length: count }, (_, slot) => bySlot.get(slot) ?? empty(slot));
}

/** 0 where nothing was watched; finished titles show a full bar. */
export function progressOf(card: Card): number {
  const p = card.progress;
  return p === null || p === undefined || p.duration_s <= 0 ? 0 : Math.min(1, p.position_s / p.duration_s);
}
