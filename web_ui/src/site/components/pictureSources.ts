/** A picture's variants as `srcset`s. Pure. */
import type { Picture } from '../types';

export const FORMATS = ['avif', 'webp', 'jpg'] as const;
export type Format = (typeof FORMATS)[number];

/** Ascending, each once; a picture smaller than every step is offered as it is named. */
export const sortedWidths = (picture: Picture): number[] =>
  [...new Set(picture.widths)].filter((w) => w > 0).sort((a, b) => a - b);

export const srcset = (picture: Picture, format: Format): string =>
  sortedWidths(picture)
    .map((w) => `${picture.base}/${w}.${format} ${w}w`)
    .join(', ');

/** For what understands no `srcset`: the first that is at least `wanted` wide, else the largest. */
export function pictureUrl(picture: Picture, format: Format, minWidth = 640): string | null {
  const widths = sortedWidths(picture);
  const width = widths.find((w) => w >= minWidth) ?? widths[widths.length - 1];
  return width === undefined ? null : `${picture.base}/${width}.${format}`;
}

/**
 * Is the picture better shown whole in a frame of this ratio (width by height)? Covers and posters carry their title
 * and lose it at the edges; a still may lose its sides.
 */
export const isShownWhole = (picture: Picture, ratio: number): boolean => {
  const pictureRatio = picture.width / picture.height;
  return pictureRatio < 1.3 && Math.max(pictureRatio / ratio, ratio / pictureRatio) > 1.4;
};
