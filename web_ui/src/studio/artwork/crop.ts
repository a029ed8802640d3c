/** Crop rectangles as fractions of the image. Pure. */
export interface CropFractions {
  x: number;
  y: number;
  width: number;
  height: number;
}
export const FULL_CROP: CropFractions = { x: 0, y: 0, width: 1, height: 1 };

const clamp = (n: number) => Math.min(1, Math.max(0, n));
const round = (n: number) => Math.round(n * 1e5) / 1e5;

/** Percentages from the cropper → fractions within the image. */
export function toFractions({ x, y, width, height }: CropFractions): CropFractions {
  const [left, top] = [clamp(x / 100), clamp(y / 100)];
  return {
    x: round(left),
    y: round(top),
    width: round(Math.min(clamp(width / 100), 1 - left)),
    height: round(Math.min(clamp(height / 100), 1 - top)),
  };
}

export const cropQuery = (f: CropFractions): string =>
  new URLSearchParams(Object.entries(f).map(([k, v]) => [k, String(v)])).toString();

/** Aspect ratio of each kind of artwork; a logo keeps its own. */
export const ASPECTS: Record<string, number | null> = { poster: 2 / 3, backdrop: 16 / 9, square: 1, logo: null };

export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'];
export const MAX_BYTES = 20 * 1024 * 1024;

export function rejectReason(file: { type: string; size: number }): 'type' | 'size' | null {
  if (!IMAGE_TYPES.includes(file.type)) return 'type';
  return file.size > MAX_BYTES ? 'size' : null;
}

/** The largest part in the middle of a picture that has an aspect ratio. */
export function middle(picture: number, wanted: number | null): CropFractions {
  if (wanted === null || !(picture > 0)) return FULL_CROP;
  const width = round(Math.min(1, wanted / picture));
  const height = round(Math.min(1, picture / wanted));
  return { x: round((1 - width) / 2), y: round((1 - height) / 2), width, height };
}
