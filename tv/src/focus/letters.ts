// The on-screen keyboard as data: rows of keys, a few of them wider, and where the arrows lead.
import type { Direction } from './shelf';

export interface LetterKey {
  id: string;
  label: string;
  icon: string;
  span: number;
  column: number;
  row: number;
}
export type Layout = 'search' | 'address' | 'pin';

const wide = (id: string, icon: string, span: number): Omit<LetterKey, 'column' | 'row'> => ({
  id,
  icon,
  span,
  label: '',
});
const letters = (text: string): Omit<LetterKey, 'column' | 'row'>[] =>
  [...text].map((c) => ({ id: c, label: c, icon: '', span: 1 }));
const piece = (id: string, span: number): Omit<LetterKey, 'column' | 'row'> => ({ id, label: id, icon: '', span });

function rowsOf(layout: Layout, language: string): Omit<LetterKey, 'column' | 'row'>[][] {
  if (layout === 'pin')
    return [
      letters('123'),
      letters('456'),
      letters('789'),
      [wide('clear', 'x', 1), ...letters('0'), wide('delete', 'delete', 1)],
    ];
  if (layout === 'address') {
    return [
      letters('1234567890'),
      letters('qwertyuiop'),
      letters('asdfghjkl-'),
      letters('zxcvbnm.:/'),
      [
        piece('https://', 2),
        piece('.local', 2),
        piece(':8096', 2),
        wide('delete', 'delete', 2),
        wide('done', 'check', 2),
      ],
    ];
  }
  const more = language === 'de' ? [letters("äöüß-'")] : [];
  return [
    letters('abcdef'),
    letters('ghijkl'),
    letters('mnopqr'),
    letters('stuvwx'),
    letters('yz1234'),
    letters('567890'),
    ...more,
    [wide('space', 'space', 2), wide('delete', 'delete', 2), wide('clear', 'x', 2)],
  ];
}

export class Letters {
  readonly keys: LetterKey[];
  readonly columns: number;
  readonly rows: number;
  index = 0;

  constructor(layout: Layout, language = 'en') {
    const rows = rowsOf(layout, language);
    this.rows = rows.length;
    this.keys = rows.flatMap((keys, row) => {
      let column = 0;
      return keys.map((key) => {
        const placed = { ...key, row, column };
        column += key.span;
        return placed;
      });
    });
    this.columns = Math.max(...this.keys.map((key) => key.column + key.span));
  }

  get key(): LetterKey {
    return this.keys[this.index] as LetterKey;
  }

  focus(id: string): void {
    this.index = Math.max(
      0,
      this.keys.findIndex((key) => key.id === id),
    );
  }

  /** false at an edge. Up and down go to the key under the middle of this one. */
  move(to: Direction): boolean {
    const { row, column, span } = this.key;
    const target =
      to === 'left' || to === 'right'
        ? this.keys.findIndex(
            (k) => k.row === row && (to === 'left' ? k.column + k.span === column : k.column === column + span),
          )
        : this.nearest(row + (to === 'down' ? 1 : -1), column + span / 2);
    if (target < 0) return false;
    this.index = target;
    return true;
  }

  private nearest(row: number, middle: number): number {
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    this.keys.forEach((key, i) => {
      const away = Math.abs(key.column + key.span / 2 - middle);
      if (key.row === row && away < least) [best, least] = [i, away];
    });
    return best;
  }
}

/** The text after a key. 'done' leaves it as it is. */
export function typed(text: string, id: string, longest = 80): string {
  if (id === 'delete') return [...text].slice(0, -1).join('');
  if (id === 'clear') return '';
  if (id === 'done') return text;
  return (text + (id === 'space' ? ' ' : id)).slice(0, longest);
}
