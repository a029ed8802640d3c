/** A waveform as a CSS mask for the seek bar. `peaks` and `mask` are pure. */
export function peaks(values: readonly number[], bars: number): number[] {
  if (values.length === 0) return [];
  const loudestPerBar = Array.from({ length: bars }, (_, i) => {
    const from = Math.floor((i * values.length) / bars);
    const to = Math.max(from + 1, Math.floor(((i + 1) * values.length) / bars));
    return Math.max(0, ...values.slice(from, to));
  });
  const loudest = Math.max(...loudestPerBar) || 1;
  return loudestPerBar.map((v) => v / loudest);
}

const WIDTH = 2;
const STEP = 3;
const HEIGHT = 32;

export function mask(bars: readonly number[]): string {
  const rects = bars.map((v, i) => {
    const height = Math.max(2, Math.round(v * HEIGHT));
    return `<rect x='${i * STEP}' y='${(HEIGHT - height) / 2}' width='${WIDTH}' height='${height}' rx='1'/>`;
  });
  const box = `0 0 ${bars.length * STEP - 1} ${HEIGHT}`;
  const head = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='${box}' preserveAspectRatio='none'>`;
  const svg = `${head}${rects.join('')}</svg>`;
  return `url("data:image/svg+xml,${encodeURIComponent(svg)}")`;
}

/** Accepts a JSON list, or an object with the list in `data` or `peaks`. */
export async function loadWaveform(source: string | readonly number[] | null | undefined): Promise<readonly number[]> {
  if (!source) return [];
  if (typeof source !== 'string') return source;
  try {
    const parsed = (await (await fetch(source)).json()) as number[] | { data?: number[]; peaks?: number[] };
    const list = Array.isArray(parsed) ? parsed : (parsed.data ?? parsed.peaks ?? []);
    return list.map((v) => Math.abs(Number(v)) || 0);
  } catch {
    return [];
  }
}
