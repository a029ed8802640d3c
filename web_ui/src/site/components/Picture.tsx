/** A responsive picture, or a placeholder if there is none or it fails to load. */
import { useState } from 'preact/hooks';
import type { Picture as PictureData } from '../../../shared/viewerApi';
import { PlaceholderArt, type PlaceholderArtProps } from './PlaceholderArt';
import { isShownWhole, pictureUrl, srcset } from './pictureSources';

interface Props {
  picture: PictureData | null;
  /** As in `<img sizes>`. */
  sizes: string;
  art: PlaceholderArtProps;
  /** Above the fold: loaded eagerly with high priority. */
  eager?: boolean;
  /** The adjacent text already describes it. */
  decorative?: boolean;
  /** Always fills its frame, even if cropped: a background picture. */
  fill?: boolean;
}

export function Picture({ picture, sizes, art, eager = false, decorative = true, fill = false }: Props) {
  const [broken, setBroken] = useState<string | null>(null);
  const src = picture && pictureUrl(picture, 'jpg');
  if (!picture || !src || broken === picture.base) return <PlaceholderArt {...art} />;
  return (
    <picture key={picture.base} class={isShownWhole(picture, art.ratio ?? 16 / 9) && !fill ? 'whole' : undefined}>
      <source type="image/avif" srcset={srcset(picture, 'avif')} sizes={sizes} />
      <source type="image/webp" srcset={srcset(picture, 'webp')} sizes={sizes} />
      <img
        src={src}
        srcset={srcset(picture, 'jpg')}
        sizes={sizes}
        width={picture.width}
        height={picture.height}
        alt={decorative ? '' : picture.alt}
        loading={eager ? 'eager' : 'lazy'}
        decoding="async"
        fetchpriority={eager ? 'high' : 'auto'}
        onError={() => setBroken(picture.base)}
      />
    </picture>
  );
}
