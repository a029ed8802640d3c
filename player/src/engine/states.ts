/**
 * The engine's state machine as a table: the next state for each state and event. An event without an entry leaves the
 * state unchanged.
 *
 * - `load`: a configuration is being read
 * - `loaded`: it is applied, nothing plays yet
 * - `playing`: frames advance
 * - `waiting`: playback has stalled
 * - `offline`: the connection is lost and the buffer is empty
 * - `pause`, `end`, `fail`, `unload`
 */
import type { State } from './types';

export type StateEvent = 'load' | 'loaded' | 'playing' | 'waiting' | 'pause' | 'end' | 'fail' | 'offline' | 'unload';
type Transitions = Partial<Record<StateEvent, State>>;

const ALWAYS: Transitions = { load: 'loading', fail: 'failed', unload: 'idle' };
const RUNNING: Transitions = {
  playing: 'playing',
  waiting: 'buffering',
  pause: 'paused',
  end: 'ended',
  offline: 'offline',
};

export const TRANSITIONS: Record<State, Transitions> = {
  idle: { load: 'loading', fail: 'failed' },
  loading: { ...ALWAYS, loaded: 'ready', playing: 'playing', waiting: 'loading', offline: 'offline' },
  ready: { ...ALWAYS, playing: 'playing', waiting: 'buffering', end: 'ended', offline: 'offline' },
  playing: { ...ALWAYS, ...RUNNING },
  paused: { ...ALWAYS, ...RUNNING },
  buffering: { ...ALWAYS, ...RUNNING },
  ended: { ...ALWAYS, playing: 'playing', waiting: 'buffering', pause: 'paused' },
  offline: { ...ALWAYS, loaded: 'ready', playing: 'playing', waiting: 'buffering', pause: 'paused', end: 'ended' },
  failed: { load: 'loading', unload: 'idle' },
};

export const nextState = (state: State, event: StateEvent): State => TRANSITIONS[state][event] ?? state;
