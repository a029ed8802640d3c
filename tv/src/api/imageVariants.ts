// Selects the image variant to fetch: the smallest that fills the tile.
import type { Card } from '../../../web_ui/shared/catalogue';
import type { Picture } from '../../../web_ui/shared/viewerApi';
import type { RowShape } from './rowShape';

/** The path of the variant for a tile `width` pixels wide; '' without a picture. */
export function imageVariant(
  picture: Picture | null | undefined,
  width: number,
  type: 'webp' | 'jpg' = 'webp',
): string {
  if (!picture || picture.widths.length === 0) return '';
  const sorted = [...picture.widths].sort((a, b) => a - b);
  const fit = sorted.find((w) => w >= width) ?? sorted[sorted.length - 1];
  return `${picture.base}/${fit}.${type}`;
}

/** The JPEG beside a WebP image, for sets that do not support WebP. */
export const jpegFallback = (src: string): string => (src.endsWith('.webp') ? src.replace(/\.webp$/, '.jpg') : '');

/** The image of a card that suits a shape best. */
export function pictureForShape(card: Card, shape: RowShape | 'backdrop'): Picture | null {
  const { poster, still, square, backdrop } = card.images;
  const wide = [still, backdrop, poster, square];
  const order = {
    still: wide,
    poster: [poster, square, still, backdrop],
    square: [square, poster, still, backdrop],
    backdrop: [backdrop, still],
    person: [square, poster],
    link: wide,
    wide,
  }[shape];
  return order.find((picture) => picture !== null && picture !== undefined) ?? null;
}
