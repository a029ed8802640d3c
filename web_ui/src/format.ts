/** Formats numbers, codecs and pipeline stages. Pure. */
export function bitrate(bitsPerSecond: number): string {
  if (bitsPerSecond < 1e6) return `${Math.round(bitsPerSecond / 1e3)} kb/s`;
  return `${(bitsPerSecond / 1e6).toFixed(bitsPerSecond < 1e7 ? 1 : 0)} Mb/s`;
}

export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, i] = [size, 0];
  while (value >= 999.5 && i < units.length - 1) [value, i] = [value / 1000, i + 1];
  return `${i > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[i]}`;
}

const CODECS: [RegExp, string][] = [
  [/^avc/i, 'H.264'],
  [/^(hvc|hev)/i, 'H.265'],
  [/^av01/i, 'AV1'],
  [/^vp0?9/i, 'VP9'],
  [/^vp0?8/i, 'VP8'],
  [/^mp4a\.40/i, 'AAC'],
  [/^mp4a/i, 'AAC'],
  [/^opus/i, 'Opus'],
  [/^ec-3/i, 'Dolby Digital Plus'],
  [/^ac-3/i, 'Dolby Digital'],
  [/^flac/i, 'FLAC'],
];

export function codec(name: string): string {
  return CODECS.find(([pattern]) => pattern.test(name))?.[1] ?? name;
}

export function channels(count: number): string {
  return { 1: 'mono', 2: 'stereo', 6: '5.1', 8: '7.1' }[count] ?? `${count} channels`;
}

const STAGES: Record<string, string> = {
  watch: 'Found',
  probe: 'Reading the file',
  plan: 'Planning',
  encode: 'Encoding',
  video: 'Encoding the picture',
  audio: 'Encoding the sound',
  text: 'Reading the subtitles',
  thumbnails: 'Making thumbnails',
  package: 'Packaging',
  publish: 'Publishing',
};

/** The name of a pipeline stage; unknown ones are capitalised. */
export function stageName(name: string): string {
  const known = STAGES[name.toLowerCase()];
  return known ?? (name ? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ') : '');
}
