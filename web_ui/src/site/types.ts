/** Response types of `/api/v1/site/…` and `/api/v1/me/…`. */

/** An image with variants: `${base}/${width}.avif|.webp|.jpg`. */
export interface Picture {
  base: string;
  width: number;
  height: number;
  widths: number[];
  alt: string;
}

export type Shape = 'still' | 'poster' | 'square';

export interface Card {
  id: string;
  type: 'content' | 'series' | 'media';
  slug: string;
  title: string;
  subtitle: string | null;
  kind: string | null;
  year: number | null;
  duration_s: number | null;
  age_rating: string | null;
  href: string;
  watch: string | null;
  playable: boolean;
  state: string;
  media: string | null;
  images: { poster: Picture | null; still: Picture | null; square: Picture | null; backdrop: Picture | null };
  progress: { position_s: number; duration_s: number } | null;
  /** Number of episodes of a series. */
  episodes?: number;
}

export interface Site {
  organization: {
    id: string;
    name: string;
    slug: string;
    accent: string | null;
    logo: Picture | null;
    description: string | null;
  };
  sign_up: 'closed' | 'open';
  user: { id: string; name: string; email: string } | null;
  csrf: string | null;
  languages: string[];
}

export type RowKind = 'continue' | 'list' | 'new' | 'category' | 'genre' | 'series' | 'people';
export interface Row {
  id: string;
  title: string;
  kind: RowKind;
  shape: Shape;
  items: Card[];
  href: string | null;
}
export type Hero = Card & { synopsis: string | null };
export interface Home {
  rows: Row[];
  hero: Hero | null;
}

export interface Term {
  slug: string;
  name: string;
}
export interface PersonLink {
  slug: string;
  name: string;
  image: Picture | null;
}
export interface Credit {
  role: string;
  character: string | null;
  person: PersonLink;
}
/** `embed` is the URL of the embed page. */
export interface Share {
  url: string;
  embed: string;
  oembed: string;
}

export interface Title extends Card {
  synopsis: string | null;
  tagline: string | null;
  release_date: string | null;
  original_language: string | null;
  genres: Term[];
  categories: Term[];
  credits: Credit[];
  trailers: Card[];
  series: { slug: string; title: string; season: number | null; episode: number | null } | null;
  next: Card | null;
  related: Card[];
  in_list: boolean;
  playback: string;
  share: Share;
  tracks: { audio: string[]; text: string[]; heights: number[] };
}

export interface Episode extends Card {
  synopsis: string | null;
  episode_number: number | null;
}
/** A season without a number contains the episodes that belong to no season. */
export interface Season {
  number: number | null;
  title: string | null;
  episodes: Episode[];
}
export interface Series extends Card {
  synopsis: string | null;
  seasons: Season[];
}

export interface Person {
  slug: string;
  name: string;
  biography: string | null;
  born: string | null;
  died: string | null;
  image: Picture | null;
  credits: { role: string; character: string | null; title: Card }[];
}

export interface Listing {
  title: string;
  items: Card[];
  next: string | null;
}
export interface SearchResults {
  items: Card[];
  people: (PersonLink & { id: string })[];
  genres: Term[];
  categories: Term[];
}

/** An event of `/api/v1/media/events`. */
export interface Change {
  id: string;
  state: string;
  playable: boolean;
  title?: string;
  kind?: string | null;
  progress: Progress;
}
export interface Progress {
  percent: number;
  speed: number | null;
  eta_s: number | null;
  stage: string;
}

export interface Session {
  id: string;
  agent?: string;
  address?: string;
  seen_at?: string;
  current?: boolean;
}
export interface Device {
  user_code: string;
  client: string;
  agent: string | null;
  expires_in: number;
}
