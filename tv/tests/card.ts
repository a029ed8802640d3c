import type { TitleCard } from '../../web_ui/shared/viewerApi';

/** A title card as returned by the server. */
export const card = (change: Partial<TitleCard> = {}): TitleCard => ({
  id: 'c',
  type: 'content',
  slug: 's',
  title: 'T',
  subtitle: '',
  kind: 'film',
  year: 2026,
  duration_s: 5040,
  age_rating: null,
  href: '/title/s',
  watch: '/watch/m',
  playable: true,
  state: 'ready',
  media: 'm',
  locked: null,
  progress: null,
  images: { poster: null, still: null, square: null, backdrop: null },
  ...change,
});
