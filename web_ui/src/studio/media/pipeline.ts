/** The pipeline document of a media file, and the data of its charts. Pure. */
export interface Rendition {
  name: string;
  kind: 'video' | 'audio';
  width: number | null;
  height: number | null;
  channels: number | null;
  codec: string;
  max_bitrate: number | null;
  average_bitrate: number | null;
  bytes: number | null;
  segments: number;
  segments_done: number;
  done: [number, number][];
}
export interface Stage {
  name: string;
  state: 'done' | 'running' | 'waiting' | 'failed';
  at: string | null;
}
export interface Pipeline {
  renditions: Rendition[];
  stages: Stage[];
  log: string | null;
  error: { code: string; stage: string; message: string } | null;
  source: { path: string; size: number; library: string } | null;
}

/** Ranges [first, last] of finished segments → spans as fractions of the whole. Numbering may start at 0 or 1. */
export function finishedSpans(r: Pick<Rendition, 'segments' | 'done'>): { from: number; width: number }[] {
  if (r.segments <= 0) return [];
  const base = r.done.some(([, last]) => last >= r.segments) ? 1 : 0;
  return r.done.map(([first, last]) => {
    const from = Math.max(0, first - base);
    const to = Math.min(r.segments, last - base + 1);
    return { from: from / r.segments, width: Math.max(0, to - from) / r.segments };
  });
}

export const renditionLabel = (r: Rendition): string =>
  r.kind === 'audio'
    ? `${r.channels && r.channels > 2 ? '5.1' : 'stereo'}`
    : `${Math.min(r.width ?? r.height ?? 0, r.height ?? r.width ?? 0)}p`;

/** Sorted by quality, video before audio; `length` is relative to the highest bitrate. */
export function sortedLadder(renditions: readonly Rendition[]): (Rendition & { length: number; average: number })[] {
  const maxBitrate = Math.max(1, ...renditions.map((r) => r.max_bitrate ?? r.average_bitrate ?? 0));
  return [...renditions]
    .sort(
      (a, b) =>
        Number(a.kind === 'audio') - Number(b.kind === 'audio') ||
        (b.height ?? 0) - (a.height ?? 0) ||
        (b.max_bitrate ?? 0) - (a.max_bitrate ?? 0),
    )
    .map((r) => ({
      ...r,
      length: (r.max_bitrate ?? r.average_bitrate ?? 0) / maxBitrate,
      average: (r.average_bitrate ?? 0) / maxBitrate,
    }));
}

/** Duration of each stage in seconds, null if unknown. */
export function stageDurations(stages: readonly Stage[], now = Date.now()): (number | null)[] {
  return stages.map((s, i) => {
    if (!s.at || s.state === 'waiting') return null;
    const next = stages.slice(i + 1).find((n) => n.at && n.state !== 'waiting')?.at;
    const end = next ? Date.parse(next) : s.state === 'running' ? now : NaN;
    const length = (end - Date.parse(s.at)) / 1000;
    return Number.isFinite(length) && length >= 0 ? length : null;
  });
}

export interface Thumbnail {
  from: number;
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Parses a WebVTT track of sprite sheets (`sheet.jpg#xywh=0,0,160,90`). */
export function parseThumbnails(vtt: string, base: string): Thumbnail[] {
  const cues = vtt.split(/\r?\n\r?\n/).flatMap((block) => {
    const match = /(?:(\d+):)?(\d+):(\d+)[.,](\d+)\s+-->[^\n]*\n(\S+?)(?:#xywh=(\d+),(\d+),(\d+),(\d+))?\s*$/.exec(
      block,
    );
    if (!match) return [];
    const [, h = '0', m, s, , url, x = '0', y = '0', w = '0', height = '0'] = match;
    return [
      {
        from: Number(h) * 3600 + Number(m) * 60 + Number(s),
        url: new URL(url!, base).href,
        x: +x,
        y: +y,
        width: +w,
        height: +height,
      },
    ];
  });
  return cues;
}

/** Picks n items at even distances. */
export const pickEvenly = <T>(list: readonly T[], n: number): T[] =>
  list.length <= n
    ? [...list]
    : Array.from({ length: n }, (_, i) => list[Math.round((i * (list.length - 1)) / (n - 1))]!);
