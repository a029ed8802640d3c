import type { TitleCard } from '../../shared/viewerApi';

/** A title card as returned by the server. */
export function card(over: Partial<TitleCard> = {}): TitleCard {
  return {
    id: 'c1',
    type: 'content',
    slug: 'night-train',
    title: 'Night Train',
    subtitle: '',
    kind: 'film',
    year: 2024,
    duration_s: 5640,
    age_rating: 12,
    href: '/title/night-train',
    watch: '/watch/c1',
    playable: true,
    state: 'ready',
    media: 'm1',
    locked: null,
    images: { poster: null, still: null, square: null, backdrop: null },
    progress: null,
    ...over,
  };
}

export const picture = (width: number, height: number, widths: number[]) => ({
  base: '/images/a/x/1',
  width,
  height,
  widths,
  alt: 'A train',
});
