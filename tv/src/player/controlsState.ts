// The player controls as a state machine. Pure: `nextControlsState` maps state, key and playback facts to the next
// state and commands for the engine.
//
//     hidden ──any key──▶ bar ◀──up/down──▶ buttons ──enter──▶ menu
//     back: menu → buttons, bar and buttons → hidden, hidden → leave the player
import type { Key } from '../keys/keyMaps';
import { seekStep } from '../keys/repeatPolicy';

export type Zone = 'hidden' | 'bar' | 'buttons' | 'menu';
export const MENUS = ['chapters', 'captions', 'audio', 'quality', 'speed'] as const;
export type MenuName = (typeof MENUS)[number];
export type ButtonName = 'play' | 'restart' | 'next' | 'live' | MenuName;

export interface ControlsState {
  zone: Zone;
  button: number;
  menu: MenuName | null;
  item: number;
  scrub: number | null;
}
export interface PlaybackFacts {
  position: number;
  start: number;
  end: number;
  playing: boolean;
  buttons: readonly ButtonName[];
  /** Number of entries per menu, and the selected one. */
  menus: Partial<Record<MenuName, { length: number; chosen: number }>>;
  repeats: number;
}
export type Command =
  | { do: 'play' }
  | { do: 'pause' }
  | { do: 'seek'; to: number }
  | { do: 'next' }
  | { do: 'leave' }
  | { do: 'live' }
  | { do: 'choose'; menu: MenuName; item: number };

export const HIDDEN: ControlsState = { zone: 'hidden', button: 0, menu: null, item: 0, scrub: null };
type Transition = [ControlsState, Command[]];

export function nextControlsState(t: ControlsState, key: Key, facts: PlaybackFacts): Transition {
  const media = handleMediaKey(t, key, facts);
  if (media) return media;
  switch (t.zone) {
    case 'hidden':
      return handleHidden(t, key, facts);
    case 'bar':
      return handleBar(t, key, facts);
    case 'buttons':
      return handleButtons(t, key, facts);
    case 'menu':
      return handleMenu(t, key, facts);
  }
}

/** Media keys work in every zone. */
function handleMediaKey(t: ControlsState, key: Key, facts: PlaybackFacts): Transition | null {
  const shown: ControlsState = t.zone === 'hidden' ? { ...t, zone: 'bar' } : t;
  switch (key) {
    case 'play':
      return [{ ...shown, scrub: null }, [...commitScrub(t), { do: 'play' }]];
    case 'pause':
      return [shown, [{ do: 'pause' }]];
    case 'playpause':
      return [{ ...shown, scrub: null }, [...commitScrub(t), facts.playing ? { do: 'pause' } : { do: 'play' }]];
    case 'stop':
      return [HIDDEN, [{ do: 'leave' }]];
    case 'forward':
      return scrubBy({ ...shown, zone: 'bar', menu: null }, 1, facts);
    case 'rewind':
      return scrubBy({ ...shown, zone: 'bar', menu: null }, -1, facts);
    case 'next':
      return facts.buttons.includes('next') ? [shown, [{ do: 'next' }]] : [shown, []];
    case 'previous':
      return [shown, [{ do: 'seek', to: facts.start }]];
    default:
      return null;
  }
}

function handleHidden(t: ControlsState, key: Key, facts: PlaybackFacts): Transition {
  if (key === 'back') return [t, [{ do: 'leave' }]];
  if (key === 'left' || key === 'right') return scrubBy({ ...t, zone: 'bar' }, key === 'left' ? -1 : 1, facts);
  if (key === 'enter') return [{ ...t, zone: 'bar' }, [facts.playing ? { do: 'pause' } : { do: 'play' }]];
  return [{ ...t, zone: key === 'down' ? 'buttons' : 'bar', button: 0 }, []];
}

function handleBar(t: ControlsState, key: Key, facts: PlaybackFacts): Transition {
  switch (key) {
    case 'left':
      return scrubBy(t, -1, facts);
    case 'right':
      return scrubBy(t, 1, facts);
    case 'down':
      return [{ ...t, zone: 'buttons', button: 0, scrub: null }, commitScrub(t)];
    case 'up':
      return [{ ...t, zone: 'hidden', scrub: null }, commitScrub(t)];
    case 'enter':
      if (t.scrub !== null) return [{ ...t, scrub: null }, commitScrub(t)];
      return [t, [facts.playing ? { do: 'pause' } : { do: 'play' }]];
    case 'back':
      return [t.scrub !== null ? { ...t, scrub: null } : { ...t, zone: 'hidden' }, []];
    default:
      return [t, []];
  }
}

function handleButtons(t: ControlsState, key: Key, facts: PlaybackFacts): Transition {
  const last = facts.buttons.length - 1;
  switch (key) {
    case 'left':
      return [{ ...t, button: Math.max(0, t.button - 1) }, []];
    case 'right':
      return [{ ...t, button: Math.min(last, t.button + 1) }, []];
    case 'up':
      return [{ ...t, zone: 'bar' }, []];
    case 'back':
      return [{ ...t, zone: 'hidden' }, []];
    case 'enter':
      return activateButton(t, facts.buttons[t.button], facts);
    default:
      return [t, []];
  }
}

function activateButton(t: ControlsState, name: ButtonName | undefined, facts: PlaybackFacts): Transition {
  if (name === undefined) return [t, []];
  const menu = MENUS.find((known) => known === name);
  if (menu !== undefined) {
    return [{ ...t, zone: 'menu', menu, item: Math.max(0, facts.menus[menu]?.chosen ?? 0) }, []];
  }
  switch (name) {
    case 'play':
      return [t, [facts.playing ? { do: 'pause' } : { do: 'play' }]];
    case 'restart':
      return [t, [{ do: 'seek', to: facts.start }]];
    case 'next':
      return [HIDDEN, [{ do: 'next' }]];
    default:
      return [t, [{ do: 'live' }]];
  }
}

function handleMenu(t: ControlsState, key: Key, facts: PlaybackFacts): Transition {
  const menu = t.menu as MenuName;
  const last = (facts.menus[menu]?.length ?? 1) - 1;
  switch (key) {
    case 'up':
      return [{ ...t, item: Math.max(0, t.item - 1) }, []];
    case 'down':
      return [{ ...t, item: Math.min(last, t.item + 1) }, []];
    case 'enter':
      return [{ ...t, zone: 'buttons', menu: null }, [{ do: 'choose', menu, item: t.item }]];
    case 'back':
    case 'left':
      return [{ ...t, zone: 'buttons', menu: null }, []];
    default:
      return [t, []];
  }
}

/** Moves the scrub position; playback seeks when it is committed by enter or after a pause. */
function scrubBy(t: ControlsState, sign: 1 | -1, facts: PlaybackFacts): Transition {
  const from = t.scrub ?? facts.position;
  const to = Math.min(
    Math.max(facts.start, from + sign * seekStep(facts.repeats)),
    Math.max(facts.start, facts.end - 1),
  );
  return [{ ...t, scrub: to }, []];
}

/** The command that commits the scrub position. */
export const commitScrub = (t: ControlsState): Command[] => (t.scrub === null ? [] : [{ do: 'seek', to: t.scrub }]);
