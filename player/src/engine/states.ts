/**
 * The engine's states as a table: in each state, where a signal leads. A signal that is not listed changes nothing.
 *
 * `load` a configuration is being read · `loaded` it is there, nothing plays · `playing` frames advance · `waiting` they
 * stand though they should not · `pause` · `end` · `fail` · `offline` the connection is gone and the buffer empty ·
 * `unload`.
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
