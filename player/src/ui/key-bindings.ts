/** The keys people know from the big sites, as a table: what a key does, and what the help says of it. Pure. */
export type Action =
  | 'toggle'
  | 'back10'
  | 'forward10'
  | 'back5'
  | 'forward5'
  | 'louder'
  | 'quieter'
  | 'mute'
  | 'fullscreen'
  | 'captions'
  | 'pip'
  | 'faster'
  | 'slower'
  | 'frame_back'
  | 'frame_forward'
  | 'start'
  | 'end'
  | 'percent'
  | 'next'
  | 'help';

export interface Pressed {
  key: string;
  shiftKey?: boolean;
  ctrlKey?: boolean;
  altKey?: boolean;
  metaKey?: boolean;
}

/** `show` is how the help names the keys, where the key’s own name does not do. */
export const BINDINGS: readonly { does: Action; keys: readonly string[]; show?: string }[] = [
  { does: 'toggle', keys: ['k', ' '] },
  { does: 'back5', keys: ['ArrowLeft'], show: '←' },
  { does: 'forward5', keys: ['ArrowRight'], show: '→' },
  { does: 'back10', keys: ['j'] },
  { does: 'forward10', keys: ['l'] },
  { does: 'louder', keys: ['ArrowUp'], show: '↑' },
  { does: 'quieter', keys: ['ArrowDown'], show: '↓' },
  { does: 'mute', keys: ['m'] },
  { does: 'captions', keys: ['c'] },
  { does: 'fullscreen', keys: ['f'] },
  { does: 'pip', keys: ['i'] },
  { does: 'slower', keys: ['<'] },
  { does: 'faster', keys: ['>'] },
  { does: 'frame_back', keys: [','] },
  { does: 'frame_forward', keys: ['.'] },
  { does: 'percent', keys: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], show: '0 … 9' },
  { does: 'start', keys: ['Home'] },
  { does: 'end', keys: ['End'] },
  { does: 'next', keys: ['Shift+N'] },
  { does: 'help', keys: ['?'] },
];

const BY_KEY = new Map(BINDINGS.flatMap(({ does, keys }) => keys.map((key) => [key, does] as const)));

export function actionOf({ key, shiftKey, ctrlKey, altKey, metaKey }: Pressed): Action | null {
  if (ctrlKey || altKey || metaKey) return null;
  if (shiftKey && key.toLowerCase() === 'n') return 'next';
  const plain = key.length === 1 ? key.toLowerCase() : key;
  return BY_KEY.get(plain) ?? null;
}

/** Speeds one step apart, as the menu offers them. */
export const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
export function nextSpeed(now: number, up: boolean): number {
  const found = up ? SPEEDS.find((s) => s > now + 0.01) : SPEEDS.findLast((s) => s < now - 0.01);
  return found ?? now;
}
