/** What the server says about its media, and how to ask. The shapes are the server's JSON, unchanged. */

export interface Media {
  id: string;
  title: string;
  kind: 'video' | 'audio';
  state: 'found' | 'probed' | 'planned' | 'encoding' | 'ready' | 'failed';
  playable: boolean;
  /** percent 0..100; speed in times real time; eta in seconds. */
  progress: { percent: number; speed: number | null; eta_s: number | null; stage: string };
  duration_s: number | null;
  error: { code: string; stage: string; message: string } | null;
  playback: { hls: string; dash: string; poster: string | null; thumbnails: string | null; growing?: boolean } | null;
  tracks: { video: VideoTrack[]; audio: AudioTrack[]; text: TextTrack[] };
  chapters: Chapter[];
  notices: string[];
  revision: number | string;
  created_at: string;
}

export interface VideoTrack { name: string; width: number; height: number; codec: string; bitrate: number }
export interface AudioTrack { name: string; language: string; channels: number; codec: string; bitrate: number; title: string | null }
export interface TextTrack { name: string; language: string; title: string | null }
export interface Chapter { start_s: number; end_s: number; title: string }

export const MEDIA = '/api/v1/media';
export const EVENTS = `${MEDIA}/events`;

export class ApiError extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url, { headers: { accept: 'application/json' } });
  if (!response.ok) throw new ApiError(response.status);
  return (await response.json()) as T;
}

export function getMedia(id: string): Promise<Media> {
  return getJson(`${MEDIA}/${encodeURIComponent(id)}`);
}

/** All titles, page by page, until the server names no next page. */
export async function listMedia(): Promise<Media[]> {
  const all: Media[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const page: { items: Media[]; next: string | null } = await getJson(`${MEDIA}${query}`);
    all.push(...page.items);
    cursor = page.next === cursor ? null : page.next;
  } while (cursor !== null);
  return all;
}

/** "/watch/{id}" → id, or null where the address holds none. */
export function idFromPath(path: string): string | null {
  const match = /^\/watch\/([^/]+)\/?$/.exec(path);
  if (!match?.[1]) return null;
  try {
    return decodeURIComponent(match[1]);
  } catch {
    return null;
  }
}

export function watchPath(id: string): string {
  return `/watch/${encodeURIComponent(id)}`;
}
