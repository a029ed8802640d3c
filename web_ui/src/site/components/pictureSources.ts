/** URLs and `srcset`s of a picture's variants. Pure. */
import type { Picture } from '../../../shared/viewerApi';

export const FORMATS = ['avif', 'webp', 'jpg'] as const;
export type Format = (typeof FORMATS)[number];

/** In ascending order without duplicates. */
export const sortedWidths = (picture: Picture): number[] =>
  [...new Set(picture.widths)].filter((w) => w > 0).sort((a, b) => a - b);

export const srcset = (picture: Picture, format: Format): string =>
  sortedWidths(picture)
    .map((w) => `${picture.base}/${w}.${format} ${w}w`)
    .join(', ');

/** For elements without `srcset`: the smallest variant that is at least `minWidth` pixels wide, else the largest. */
export function pictureUrl(picture: Picture, format: Format, minWidth = 640): string | null {
  const widths = sortedWidths(picture);
  const width = widths.find((w) => w >= minWidth) ?? widths[widths.length - 1];
  return width === undefined ? null : `${picture.base}/${width}.${format}`;
}

/**
 * Whether to show a picture uncropped in a frame of this aspect ratio. Posters and covers carry their title and must
 * not be cropped; stills may be.
 */
export const isShownWhole = (picture: Picture, ratio: number): boolean => {
  const pictureRatio = picture.width / picture.height;
  return pictureRatio < 1.3 && Math.max(pictureRatio / ratio, ratio / pictureRatio) > 1.4;
};
