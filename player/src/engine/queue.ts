/** The queue after the current title: the playlist, or the configured next title. Pure. */
import type { Elsewhere, PlayerConfig } from '../config/config';
import type { Upcoming } from './types';

export type QueueItem = PlayerConfig | Elsewhere;

const INHERITED = ['telemetry', 'language', 'accent'] as const;
export const isElsewhere = (item: QueueItem): item is Elsewhere => 'src' in item;

/** The queue once `config` has started; `rest` is the remainder of the previous queue. */
export function queueAfter(config: PlayerConfig, rest: readonly QueueItem[]): QueueItem[] {
  if (config.playlist?.length) return [...config.playlist];
  if (rest.length) return [...rest];
  return config.next ? [config.next] : [];
}

export function upcomingOf(item: QueueItem | undefined): Upcoming | null {
  return item ? { title: item.title ?? null, poster: item.poster ?? null } : null;
}

/** A playlist item inherits telemetry, language and accent unless it sets them. */
export function inherit(item: PlayerConfig, from: PlayerConfig): PlayerConfig {
  const inherited = Object.fromEntries(INHERITED.filter((k) => from[k] !== undefined).map((k) => [k, from[k]]));
  return { ...inherited, ...item };
}
