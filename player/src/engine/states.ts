/**
 * The engine's states as a table: in each state, where a signal leads. A signal that is not listed changes nothing.
 *
 * `load` a configuration is being read · `loaded` it is there, nothing plays · `flow` pictures advance · `wait` they
 * stand though they should not · `pause` · `end` · `fail` · `offline` the connection is gone and the buffer empty ·
 * `unload`.
 */
import type { State } from './types';

export type Signal = 'load' | 'loaded' | 'flow' | 'wait' | 'pause' | 'end' | 'fail' | 'offline' | 'unload';
type Row = Partial<Record<Signal, State>>;

const ALWAYS: Row = { load: 'loading', fail: 'failed', unload: 'idle' };
const RUNNING: Row = { flow: 'playing', wait: 'buffering', pause: 'paused', end: 'ended', offline: 'offline' };

export const TABLE: Record<State, Row> = {
  idle: { load: 'loading', fail: 'failed' },
  loading: { ...ALWAYS, loaded: 'ready', flow: 'playing', wait: 'loading', offline: 'offline' },
  ready: { ...ALWAYS, flow: 'playing', wait: 'buffering', end: 'ended', offline: 'offline' },
  playing: { ...ALWAYS, ...RUNNING },
  paused: { ...ALWAYS, ...RUNNING },
  buffering: { ...ALWAYS, ...RUNNING },
  ended: { ...ALWAYS, flow: 'playing', wait: 'buffering', pause: 'paused' },
  offline: { ...ALWAYS, loaded: 'ready', flow: 'playing', wait: 'buffering', pause: 'paused', end: 'ended' },
  failed: { load: 'loading', unload: 'idle' },
};

export const step = (state: State, signal: Signal): State => TABLE[state][signal] ?? state;
