// What a page may ask of the parts it is made of, by the `ref` they have in its template. Blits' own types know no
// methods of a component.
import type { Problem } from '../api/client';
import type { Filled, Item } from '../focus/items';
import type { Layout } from '../focus/letters';
import type { Direction } from '../focus/shelf';
import type { Entry } from '../player/deck';
import type { Tile } from '../player/types';
import type { Item as Setting } from './List';
import type { PillSpec } from './Pills';

interface Keyboard {
  setup(layout: Layout): void;
  move(to: Direction): boolean;
  activate(on: boolean): void;
  focusOn(id: string): void;
  id(): string;
  label(): string;
}
type Shown = Pick<Problem, 'title' | 'remedy' | 'code' | 'status'>;

export interface Parts {
  bar: { focusOn(index: number): void };
  shelf: {
    setRows(rows: readonly Filled[], keep?: boolean): void;
    move(to: Direction): boolean;
    activate(on: boolean): void;
    place(row: number, column: number): void;
    position(): [number, number];
    current(): Item | null;
    label(): string;
    atTop(): boolean;
    isEmpty(): boolean;
  };
  pills: { set(specs: PillSpec[], focus: number): void };
  chooser: { ask(title: string, labels: string[], chosen?: number): Promise<number | null> };
  notice: {
    say(icon: string, title: string, text: string): void;
    hide(): void;
    tell(icon: string, title: string, text: string, action: string): Promise<boolean>;
    fail(problem: Shown): Promise<boolean>;
  };
  pin: { ask(title: string, text: string, wrong?: boolean): Promise<string | null> };
  keys: Keyboard;
  pad: Keyboard;
  list: { set(items: Setting[], focus: number): void };
  line: { chapters(starts: number[]): void; preview(tile: Tile | null): void };
  menu: { list(title: string, entries: Entry[], focus: number): void; close(): void };
}

export const part = <K extends keyof Parts>(owner: { $select(ref: string): unknown }, ref: K): Parts[K] =>
  owner.$select(ref) as Parts[K];
