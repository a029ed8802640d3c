// The visible rows of a shelf as flat values, so that Blits updates only what changed. Pure.
import { imageVariant } from '../api/imageVariants';
import type { Card } from '../../../web_ui/shared/catalogue';
import { theme } from '../theme';
import { imageOf, initials, isCard, type RowContent, type Item } from './rowItems';
import { METRICS, ROW_SLOTS, ShelfModel, TILE_SLOTS, type RowPlacement } from './shelfModel';

export interface TileView {
  slot: number;
  x: number;
  w: number;
  h: number;
  radius: number;
  src: string;
  /** Text shown instead of a picture: at the top, or centred for items that never have one. */
  placeholder: string;
  placeholderSize: number;
  centred: boolean;
  /** Texts below the picture. */
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
  scrollX: number;
  scrollMs: number;
  tiles: TileView[];
}

export const SCROLL_MS = 160;

export class ShelfView {
  readonly model: ShelfModel;
  private rows: RowContent[] = [];
  private slotRows: number[] = new Array<number>(ROW_SLOTS).fill(-1);
  url: (path: string) => string = (path) => path;
  badge: (card: Card) => string = () => '';

  constructor(width?: number, height?: number) {
    this.model = new ShelfModel(width, height);
  }

  setRows(rows: readonly RowContent[], keep = false): void {
    this.rows = rows.filter((row) => row.items.length > 0);
    this.slotRows.fill(-1);
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

  /** `active` is false while another component has the focus. */
  view(active: boolean): RowView[] {
    const lines = this.model.visibleRows().map((line) => this.viewRow(line, active));
    return fillSlots(ROW_SLOTS, lines, (slot) => {
      this.slotRows[slot] = -1;
      return {
        slot,
        y: 0,
        alpha: 0,
        title: '',
        head: 0,
        scrollX: 0,
        scrollMs: 0,
        tiles: fillSlots(TILE_SLOTS, [], emptyTile),
      };
    });
  }

  private viewRow(at: RowPlacement, active: boolean): RowView {
    const row = this.rows[at.index] as RowContent;
    const m = METRICS[row.shape];
    // A slot assigned to another row jumps to its place instead of sliding.
    const scrollMs = this.slotRows[at.slot] === at.index ? SCROLL_MS : 0;
    this.slotRows[at.slot] = at.index;
    return {
      slot: at.slot,
      y: at.y,
      alpha: at.visible ? 1 : 0,
      title: row.title,
      head: row.title === '' ? 0 : m.head,
      scrollX: -at.shift,
      scrollMs: scrollMs,
      tiles: fillSlots(
        TILE_SLOTS,
        at.tiles.map((tile): TileView => {
          const item = row.items[tile.index] as Item;
          const card = isCard(item) ? item : null;
          const person = item.type === 'person' ? item : null;
          const src = imageVariant(imageOf(item, row.shape), m.width);
          return {
            slot: tile.slot,
            x: tile.x,
            w: m.width,
            h: m.height,
            radius: m.radius,
            src: src === '' ? '' : this.url(src),
            placeholder: person ? initials(person.title) : item.title,
            placeholderSize: person ? theme.size.display : card ? theme.size.fine : theme.size.text,
            centred: card === null,
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

/** An off-screen tile for an unused slot, so that its node is kept. */
const emptyTile = (slot: number): TileView => ({
  slot,
  x: -4000,
  w: 220,
  h: 198,
  radius: theme.radius.card,
  src: '',
  placeholder: '',
  placeholderSize: theme.size.fine,
  centred: false,
  name: '',
  note: '',
  progress: 0,
  badge: '',
  focused: false,
});

/** One entry per slot, in order. */
function fillSlots<T extends { slot: number }>(count: number, used: readonly T[], empty: (slot: number) => T): T[] {
  const bySlot = new Map(used.map((one) => [one.slot, one]));
  return Array.from({ length: count }, (_, slot) => bySlot.get(slot) ?? empty(slot));
}

/** Watched fraction, 0 to 1. */
export function progressOf(card: Card): number {
  const p = card.progress;
  return p === null || p === undefined || p.duration_s <= 0 ? 0 : Math.min(1, p.position_s / p.duration_s);
}
