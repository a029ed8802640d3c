// Responses of the server, as far as the television app uses them.

export interface Picture {
  base: string;
  width: number;
  height: number;
  widths: number[];
  alt: string;
}
export interface Images {
  poster: Picture | null;
  still: Picture | null;
  square: Picture | null;
  backdrop: Picture | null;
}
export interface Progress {
  position_s: number;
  duration_s: number;
}
export type Shape = 'still' | 'poster' | 'square';
/** Additional row shapes of the app: people, links to listings, and stills of a full-width grid. */
export type RowShape = Shape | 'person' | 'link' | 'wide';

export interface Card {
  id: string;
  type: 'content' | 'series' | 'media';
  slug: string;
  title: string;
  subtitle: string | null;
  kind: string | null;
  year: number | null;
  duration_s: number | null;
  age_rating: number | null;
  watch: string | null;
  playable: boolean;
  state: string;
  media: string | null;
  images: Images;
  progress: Progress | null;
  synopsis?: string | null;
  /** Number of episodes of a series. */
  episodes?: number;
  /** The person's roles in the title, on a person's page. */
  note?: string;
  episode_number?: number | null;
}

export interface Row {
  id: string;
  title: string;
  kind: string;
  shape: Shape;
  items: Card[];
  href: string | null;
}
export interface Home {
  rows: Row[];
  hero: Card | null;
}
/** A page of a category or genre; `next` is the cursor of the following page. */
export interface Listing {
  title: string;
  items: Card[];
  next: string | null;
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
export interface Person extends PersonLink {
  biography: string | null;
  born: string | null;
  died: string | null;
  credits: { role: string; character: string | null; title: Card }[];
}
export interface SearchResults {
  items: Card[];
  people: PersonLink[];
  genres: Term[];
  categories: Term[];
}

export interface Site {
  organization: { id: string; name: string; slug: string; accent: string | null; logo: Picture | null };
  sign_up: 'closed' | 'open';
  user: { id: string; name: string; email: string } | null;
  csrf: string | null;
  languages: string[];
}

export interface Title extends Card {
  tagline: string | null;
  genres: Term[];
  categories: Term[];
  credits: Credit[];
  trailers: Card[];
  series: { slug: string; title: string; season: number | null; episode: number | null } | null;
  next: Card | null;
  related: Card[];
  in_list: boolean;
  tracks: { audio: string[]; text: string[]; heights: number[] } | null;
}

export interface Series extends Card {
  seasons: { number: number | null; title: string | null; episodes: Card[] }[];
}

export interface DeviceCode {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete?: string;
  expires_in: number;
  interval?: number;
}
