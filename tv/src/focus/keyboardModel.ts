// The on-screen keyboard as data: key layout and focus movement.
import type { Direction } from './shelfModel';

export interface KeyboardKey {
  id: string;
  label: string;
  icon: string;
  span: number;
  column: number;
  row: number;
}
export type KeyboardLayout = 'search' | 'address' | 'pin';

const iconKey = (id: string, icon: string, span: number): Omit<KeyboardKey, 'column' | 'row'> => ({
  id,
  icon,
  span,
  label: '',
});
const letterKeys = (text: string): Omit<KeyboardKey, 'column' | 'row'>[] =>
  [...text].map((c) => ({ id: c, label: c, icon: '', span: 1 }));
const textKey = (id: string, span: number): Omit<KeyboardKey, 'column' | 'row'> => ({ id, label: id, icon: '', span });

function rowsOf(layout: KeyboardLayout, language: string): Omit<KeyboardKey, 'column' | 'row'>[][] {
  if (layout === 'pin')
    return [
      letterKeys('123'),
      letterKeys('456'),
      letterKeys('789'),
      [iconKey('clear', 'x', 1), ...letterKeys('0'), iconKey('delete', 'delete', 1)],
    ];
  if (layout === 'address') {
    return [
      letterKeys('1234567890'),
      letterKeys('qwertyuiop'),
      letterKeys('asdfghjkl-'),
      letterKeys('zxcvbnm.:/'),
      [
        textKey('https://', 2),
        textKey('.local', 2),
        textKey(':8096', 2),
        iconKey('delete', 'delete', 2),
        iconKey('done', 'check', 2),
      ],
    ];
  }
  const more = language === 'de' ? [letterKeys("äöüß-'")] : [];
  return [
    letterKeys('abcdef'),
    letterKeys('ghijkl'),
    letterKeys('mnopqr'),
    letterKeys('stuvwx'),
    letterKeys('yz1234'),
    letterKeys('567890'),
    ...more,
    [iconKey('space', 'space', 2), iconKey('delete', 'delete', 2), iconKey('clear', 'x', 2)],
  ];
}

export class KeyboardModel {
  readonly keys: KeyboardKey[];
  readonly columns: number;
  readonly rows: number;
  index = 0;

  constructor(layout: KeyboardLayout, language = 'en') {
    const rows = rowsOf(layout, language);
    this.rows = rows.length;
    this.keys = rows.flatMap((keys, row) => {
      let column = 0;
      return keys.map((key) => {
        const placedKey = { ...key, row, column };
        column += key.span;
        return placedKey;
      });
    });
    this.columns = Math.max(...this.keys.map((key) => key.column + key.span));
  }

  get key(): KeyboardKey {
    return this.keys[this.index] as KeyboardKey;
  }

  focus(id: string): void {
    this.index = Math.max(
      0,
      this.keys.findIndex((key) => key.id === id),
    );
  }

  /** Returns false at an edge. Up and down move to the key below or above the centre of the current one. */
  move(direction: Direction): boolean {
    const { row, column, span } = this.key;
    const target =
      direction === 'left' || direction === 'right'
        ? this.keys.findIndex(
            (k) => k.row === row && (direction === 'left' ? k.column + k.span === column : k.column === column + span),
          )
        : this.nearest(row + (direction === 'down' ? 1 : -1), column + span / 2);
    if (target < 0) return false;
    this.index = target;
    return true;
  }

  private nearest(row: number, middle: number): number {
    let [best, bestDistance] = [-1, Number.POSITIVE_INFINITY];
    this.keys.forEach((key, i) => {
      const distance = Math.abs(key.column + key.span / 2 - middle);
      if (key.row === row && distance < bestDistance) [best, bestDistance] = [i, distance];
    });
    return best;
  }
}

/** The text after a key press; 'done' leaves it unchanged. */
export function applyKey(text: string, id: string, maxLength = 80): string {
  if (id === 'delete') return [...text].slice(0, -1).join('');
  if (id === 'clear') return '';
  if (id === 'done') return text;
  return (text + (id === 'space' ? ' ' : id)).slice(0, maxLength);
}
