/** What comes after the present title: a playlist, or the one that the configuration names. Pure. */
import type { Elsewhere, PlayerConfig } from '../config/config';
import type { Upcoming } from './types';

export type QueueItem = PlayerConfig | Elsewhere;

const INHERITED = ['telemetry', 'language', 'accent'] as const;
export const isElsewhere = (item: QueueItem): item is Elsewhere => 'src' in item;

/** The queue after `config` has begun; `rest` is what was still queued before. */
export function queueAfter(config: PlayerConfig, rest: readonly QueueItem[]): QueueItem[] {
  if (config.playlist?.length) return [...config.playlist];
  if (rest.length) return [...rest];
  return config.next ? [config.next] : [];
}

export function upcomingOf(item: QueueItem | undefined): Upcoming | null {
  return item ? { title: item.title ?? null, poster: item.poster ?? null } : null;
}

/** A title of a playlist speaks and looks as the list does, unless it says otherwise. */
export function inherit(item: PlayerConfig, from: PlayerConfig): PlayerConfig {
  const inherited = Object.fromEntries(INHERITED.filter((k) => from[k] !== undefined).map((k) => [k, from[k]]));
  return { ...inherited, ...item };
}
