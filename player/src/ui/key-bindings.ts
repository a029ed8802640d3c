/** Keyboard shortcuts, as on the large video sites, as a table: key, action, label in the help. Pure. */
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

export interface KeyPress {
  key: string;
  shiftKey?: boolean;
  ctrlKey?: boolean;
  altKey?: boolean;
  metaKey?: boolean;
}

/** `label` is the name shown in the help where the key's own name is not clear. */
export const BINDINGS: readonly { action: Action; keys: readonly string[]; label?: string }[] = [
  { action: 'toggle', keys: ['k', ' '] },
  { action: 'back5', keys: ['ArrowLeft'], label: '←' },
  { action: 'forward5', keys: ['ArrowRight'], label: '→' },
  { action: 'back10', keys: ['j'] },
  { action: 'forward10', keys: ['l'] },
  { action: 'louder', keys: ['ArrowUp'], label: '↑' },
  { action: 'quieter', keys: ['ArrowDown'], label: '↓' },
  { action: 'mute', keys: ['m'] },
  { action: 'captions', keys: ['c'] },
  { action: 'fullscreen', keys: ['f'] },
  { action: 'pip', keys: ['i'] },
  { action: 'slower', keys: ['<'] },
  { action: 'faster', keys: ['>'] },
  { action: 'frame_back', keys: [','] },
  { action: 'frame_forward', keys: ['.'] },
  { action: 'percent', keys: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], label: '0 … 9' },
  { action: 'start', keys: ['Home'] },
  { action: 'end', keys: ['End'] },
  { action: 'next', keys: ['Shift+N'] },
  { action: 'help', keys: ['?'] },
];

const BY_KEY = new Map(BINDINGS.flatMap(({ action, keys }) => keys.map((key) => [key, action] as const)));

export function actionOf({ key, shiftKey, ctrlKey, altKey, metaKey }: KeyPress): Action | null {
  if (ctrlKey || altKey || metaKey) return null;
  if (shiftKey && key.toLowerCase() === 'n') return 'next';
  const normalized = key.length === 1 ? key.toLowerCase() : key;
  return BY_KEY.get(normalized) ?? null;
}

/** The speeds of the menu, in ascending order. */
export const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
export function nextSpeed(current: number, up: boolean): number {
  const next = up ? SPEEDS.find((s) => s > current + 0.01) : SPEEDS.findLast((s) => s < current - 0.01);
  return next ?? current;
}
