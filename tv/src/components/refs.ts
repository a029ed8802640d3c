// Typed access to child components by their `ref` in the template. The types of Blits do not include component
// methods.
import type { Problem } from '../../../web_ui/shared/problem';
import type { ChannelCard } from '../../../web_ui/shared/viewerApi';
import type { RowContent, Item } from '../focus/rowItems';
import type { KeyboardLayout } from '../focus/keyboardModel';
import type { Direction } from '../focus/shelfModel';
import type { ChannelLine } from '../live/channelLine';
import type { MenuEntry } from '../player/PlayerController';
import type { Tile } from '../player/types';
import type { SettingsItem } from './SettingsList';
import type { PillSpec } from './PillRow';

interface Keyboard {
  setup(layout: KeyboardLayout): void;
  move(to: Direction): boolean;
  activate(on: boolean): void;
  focusOn(id: string): void;
  id(): string;
  label(): string;
}
type ProblemText = Pick<Problem, 'title' | 'remedy' | 'code' | 'status'>;

export interface ComponentRefs {
  bar: { focusOn(index: number): void };
  shelf: {
    setRows(rows: readonly RowContent[], keep?: boolean): void;
    move(to: Direction): boolean;
    activate(on: boolean): void;
    focusOn(row: number, column: number): void;
    position(): [number, number];
    current(): Item | null;
    label(): string;
    atTop(): boolean;
    isEmpty(): boolean;
  };
  pills: { set(specs: PillSpec[], focus: number): void };
  chooser: { prompt(title: string, labels: string[], chosen?: number): Promise<number | null> };
  notice: {
    showMessage(icon: string, title: string, text: string): void;
    hide(): void;
    prompt(icon: string, title: string, text: string, action: string): Promise<boolean>;
    showProblem(problem: ProblemText): Promise<boolean>;
  };
  pin: { prompt(title: string, text: string, wrong?: boolean): Promise<string | null> };
  keys: Keyboard;
  keyboard: Keyboard;
  list: { set(items: SettingsItem[], focus: number): void };
  banner: { set(line: ChannelLine, pills: PillSpec[], focus: number): void };
  channels: { set(channels: readonly ChannelCard[], focus: number, active: boolean): void };
  seekBar: { chapters(starts: number[]): void; preview(tile: Tile | null): void };
  menu: { show(title: string, entries: MenuEntry[], focus: number): void; close(): void };
}

export const ref = <K extends keyof ComponentRefs>(
  owner: { $select(name: string): unknown },
  name: K,
): ComponentRefs[K] => owner.$select(name) as ComponentRefs[K];
