/** A record's picture, or the same placeholder as on the viewers' site. */
import { useEffect, useRef, useState } from 'react';
import { placeholderArt } from '../../placeholderArt';
import type { Row } from '../api/schema';

type Art = { url?: string } | null | undefined;

/** Finds a picture: artwork by kind, the record's own image, or the poster of its media. */
export function pictureOf(record: Row, shape: 'poster' | 'still' | 'square' = 'still'): string | null {
  const art = record.artwork as Record<string, Art | Art[]> | null | undefined;
  const order = {
    poster: ['poster', 'square', 'backdrop'],
    still: ['backdrop', 'poster', 'square'],
    square: ['square', 'logo', 'poster'],
  }[shape];
  for (const kind of order) {
    const picture = art?.[kind];
    const one = Array.isArray(picture) ? picture[0] : picture;
    if (one?.url) return one.url;
  }
  const media = Array.isArray(record.media) ? (record.media as { poster?: string | null }[]) : [];
  const playing = (record.playback as { poster?: string | null } | null)?.poster ?? media.find((m) => m.poster)?.poster;
  return (record.image as Art)?.url ?? playing ?? null;
}

export function Picture({
  src,
  seed,
  kind = 'video',
  shape = 'still',
  alt = '',
}: {
  src: string | null;
  seed: string;
  kind?: 'video' | 'audio';
  shape?: 'poster' | 'still' | 'square' | 'round';
  alt?: string;
}) {
  // The address that failed: a new one is tried again.
  const [failed, setFailed] = useState<string | null>(null);
  const broken = src !== null && failed === src;
  const art = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!src || broken) art.current?.replaceChildren(placeholderArt(seed, kind));
  }, [src, broken, seed, kind]);
  return (
    <span className={`pic pic-${shape}`}>
      {src && !broken ? (
        <img src={src} alt={alt} loading="lazy" decoding="async" onError={() => setFailed(src)} />
      ) : (
        <span ref={art} className="pic-art" aria-hidden={alt ? undefined : true} />
      )}
    </span>
  );
}
