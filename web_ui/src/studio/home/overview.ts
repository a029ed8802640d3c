/** The overview document of the home page, and how a media change updates it. Pure. */
import type { Row } from '../api/schema';

export const OVERVIEW = '/api/v1/dashboard/overview';
export const PLAYBACK_SESSIONS = '/api/v1/dashboard/playback_sessions';
export const EVENT_RETRY = '/api/v1/dashboard/event_failures/retry';
export interface Overview {
  counts: Record<string, number>;
  running: Row[];
  failed: Row[];
  /** The newest content; `newest_media` lists media. */
  newest: Row[];
  newest_media?: Row[];
  /** Null unless the user administers the server. */
  disk: DiskUsage | null;
  /** Null for other organizations than the first. */
  viewers: number | null;
  /** States without content are omitted. */
  content: { published?: number; draft?: number };
  changes: Row[];
  /** Plugins and parts of the server that could not handle events; empty unless the user administers the server. */
  event_failures?: EventFailure[];
  /** Titles with a rule for regions on a server without a database of countries, which refuse all viewers. */
  refused_by_region?: number;
  /** Living playback sessions of the organization's titles; empty unless the user administers it. */
  playback_sessions?: PlaybackSession[];
}
/** Somebody who plays a title that is not public. `viewer` is null for a token of “otnet token”. */
export interface PlaybackSession {
  id: string;
  media: string;
  title: string;
  credential: 'account' | 'preview_link' | 'play_as' | 'token' | 'none';
  viewer: { id: string; name: string; agent: string } | null;
  /** The viewer as whom an administrator plays. */
  play_as: { id: string; name: string; administrator: string } | null;
  started_at: string;
}
export interface DiskUsage {
  total: number;
  free: number;
  media: number;
  uploads: number;
  database: number;
}
export interface EventFailure {
  name: string;
  /** Failed attempts to handle the next event. */
  failures: number;
  error: string;
  /** Number of events that were set aside after several attempts. */
  set_aside: number;
}

const RUNNING = ['found', 'probed', 'planned', 'encoding'];

export function withMediaChange(old: Overview, media: Row): Overview {
  const previous = [...old.running, ...old.failed, ...(old.newest_media ?? [])].find((m) => m.id === media.id);
  const updateList = (list: Row[], matches: boolean) => {
    const known = list.some((m) => m.id === media.id);
    if (!matches) return known ? list.filter((m) => m.id !== media.id) : list;
    return known ? list.map((m) => (m.id === media.id ? { ...m, ...media } : m)) : [media, ...list];
  };
  const state = String(media.state);
  const counts = { ...old.counts };
  if (previous && previous.state !== state) {
    counts[String(previous.state)] = Math.max(0, (counts[String(previous.state)] ?? 0) - 1);
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return {
    ...old,
    counts,
    running: updateList(old.running, RUNNING.includes(state)),
    failed: updateList(old.failed, state === 'failed'),
    newest_media: updateList(old.newest_media ?? [], true),
  };
}

/** Disk usage in drawing order; "other" is what OTNet does not use itself. */
export function diskShares(
  disk: DiskUsage,
): { name: 'media' | 'uploads' | 'database' | 'other' | 'free'; bytes: number; share: number }[] {
  const otnetBytes = disk.media + disk.uploads + disk.database;
  const other = Math.max(0, disk.total - disk.free - otnetBytes);
  const parts = [
    ['media', disk.media],
    ['uploads', disk.uploads],
    ['database', disk.database],
    ['other', other],
    ['free', disk.free],
  ] as const;
  return parts.map(([name, bytes]) => ({ name, bytes, share: disk.total > 0 ? bytes / disk.total : 0 }));
}
