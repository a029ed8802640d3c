/**
 * The postMessage protocol between a page and an embedded player. Every message carries `otnet: 1`; other messages
 * are ignored. Pure.
 */
export const VERSION = 1;

/** The commands and the type of their `value`. */
export interface Commands {
  play: undefined;
  pause: undefined;
  /** Seconds. */
  seek: number;
  /** 0 to 1. */
  setVolume: number;
  setMuted: boolean;
  setSpeed: number;
  /** BCP 47 language tag, or null to disable captions. */
  setCaptions: string | null;
  /** The height of a rendition, or "auto". */
  setQuality: number | 'auto';
  next: undefined;
  getState: undefined;
}
export type Command = keyof Commands;

export interface EmbedState {
  state: string;
  paused: boolean;
  muted: boolean;
  volume: number;
  speed: number;
  time: number;
  duration: number | null;
  title: string | null;
}
export interface Events {
  ready: { version: number; skin: string; title: string | null; duration: number | null };
  play: { time: number };
  pause: { time: number };
  time: { time: number; duration: number | null };
  ended: { time: number };
  seeked: { time: number };
  volume: { volume: number; muted: boolean };
  state: EmbedState;
  error: { code: string; message: string; remedy: string };
}
export type EventName = keyof Events;

const VALIDATORS: Record<Command, (value: unknown) => boolean> = {
  play: () => true,
  pause: () => true,
  next: () => true,
  getState: () => true,
  seek: (v) => typeof v === 'number' && Number.isFinite(v),
  setVolume: (v) => typeof v === 'number' && v >= 0 && v <= 1,
  setMuted: (v) => typeof v === 'boolean',
  setSpeed: (v) => typeof v === 'number' && v >= 0.1 && v <= 16,
  setCaptions: (v) => v === null || typeof v === 'string',
  setQuality: (v) => v === 'auto' || (typeof v === 'number' && v > 0),
};

export interface CommandMessage {
  command: Command;
  value: unknown;
  id: number | string | null;
}

/** Parses a command. Returns null for a message of another protocol and an error text for an invalid command. */
export function readCommand(data: unknown): CommandMessage | string | null {
  if (typeof data !== 'object' || data === null) return null;
  const { otnet, command, value, id } = data as Record<string, unknown>;
  if (otnet !== VERSION || command === undefined) return null;
  if (typeof command !== 'string' || !Object.hasOwn(VALIDATORS, command))
    return `There is no command “${String(command)}”.`;
  if (!VALIDATORS[command as Command](value)) return `“${command}” can’t take ${JSON.stringify(value) ?? 'nothing'}.`;
  return { command: command as Command, value, id: typeof id === 'number' || typeof id === 'string' ? id : null };
}

/** Parses an event; null for a message of another protocol. */
export function readEvent(data: unknown): ({ event: string } & Record<string, unknown>) | null {
  if (typeof data !== 'object' || data === null) return null;
  const message = data as Record<string, unknown>;
  return message.otnet === VERSION && typeof message.event === 'string' ? (message as { event: string }) : null;
}
