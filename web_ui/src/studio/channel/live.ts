/** The live stream of a channel, as `GET …/channels/{id}/live` describes it, and addresses for encoders. Pure. */

export const STATES = ['off', 'waiting', 'live', 'interrupted'] as const;
export type LiveState = (typeof STATES)[number];

export interface Sample {
  at: string;
  bitrate?: number | null;
  frame_rate?: number | null;
  latency?: number | null;
  loudness?: number | null;
}

export interface Health extends Omit<Sample, 'at'> {
  width?: number | null;
  height?: number | null;
  /** In seconds. */
  keyframe_distance?: number | null;
  dropped_frames?: number | null;
  /** That of the server's encoder; 1 is real time. */
  speed?: number | null;
  black?: boolean | null;
  frozen?: boolean | null;
  silent?: boolean | null;
}

export interface LiveStatus {
  state: LiveState;
  stream: {
    id: string;
    started_at?: string | null;
    key_name?: string | null;
    protocol?: string | null;
    recording_id?: string | null;
  } | null;
  health: Health | null;
  history: Sample[];
  warnings: { code: string; message?: string | null; since?: string | null }[];
  rungs: { name: string; state?: string | null }[];
  simulcast: { id: string; name?: string | null; state?: string | null; detail?: string | null }[];
  /** How many watch the channel at the moment; null where the server does not know. */
  viewers: number | null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function listOf<T>(value: unknown, key: keyof T & string): T[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item) => isObject(item) && typeof item[key] === 'string') as T[];
}

/** Fields other than `state` may be missing or null. */
export function liveStatusOf(body: unknown): LiveStatus | null {
  if (!isObject(body)) return null;
  const state = STATES.find((one) => one === body.state);
  if (!state) return null;
  const stream = isObject(body.stream) && typeof body.stream.id === 'string' ? body.stream : null;
  return {
    state,
    stream: stream as LiveStatus['stream'],
    health: isObject(body.health) ? (body.health as Health) : null,
    history: listOf<Sample>(body.history, 'at'),
    warnings: listOf<LiveStatus['warnings'][number]>(body.warnings, 'code'),
    rungs: listOf<LiveStatus['rungs'][number]>(body.rungs, 'name'),
    simulcast: listOf<LiveStatus['simulcast'][number]>(body.simulcast, 'id'),
    viewers: typeof body.viewers === 'number' ? body.viewers : null,
  };
}

/** Why encoders have no address for a protocol. */
export interface IngestProblem {
  protocol: string;
  code: string;
  message: string;
  remedy: string;
}

/** The answer to the creation or rotation of a stream key. */
export interface NewStreamKey {
  id: string;
  name: string;
  key: string;
  rtmp_url: string | null;
  srt_url: string | null;
  whip_url: string | null;
  problems: IngestProblem[];
}

/** The address of the server without the key, as OBS Studio asks for it; null if the URL does not end with the key. */
export function serverOf(url: string | null, key: string): string | null {
  return url?.endsWith(`/${key}`) ? url.slice(0, -key.length - 1) : null;
}

export const ffmpegCommand = (url: string): string =>
  `ffmpeg -re -i film.mp4 -c:v libx264 -preset veryfast -bf 0 -g 60 -c:a aac -f flv ${url}`;

export interface StreamKey {
  id: string;
  name: string;
  prefix: string;
  old_until: string | null;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
}

export const isValid = (key: StreamKey, now: number): boolean =>
  key.revoked_at === null && (key.expires_at === null || Date.parse(key.expires_at) > now);
