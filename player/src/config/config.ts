/**
 * The player's configuration, declared once. The same JSON works in every skin; `sources` is all it must have.
 * Addresses may be relative: to the configuration's own address, or to the page for one written in the page.
 */
import { colour, either, flag, list, map, number, object, type Of, seconds, self, text, whole, word } from './shape';

const elsewhere = object({ src: text }, { title: text, poster: text });
const orNull = word(null);
const orOff = word(false);

export const CONFIG = object(
  { sources: object({}, { dash: text, hls: text }) },
  {
    $schema: text,
    version: whole(1),
    id: either(text, orNull),
    media: either(text, orNull),
    title: either(text, orNull),
    subtitle: either(text, orNull),
    kind: word('video', 'audio'),
    poster: either(text, orNull),
    artwork: list(object({ src: text }, { sizes: text, type: text })),
    thumbnails: either(text, orNull),
    waveform: either(text, list(number(0, 1)), orNull),
    chapters: list(object({ start: seconds, title: text }, { end: either(seconds, orNull) })),
    captions: list(
      object({ src: text, language: text }, { label: text, kind: word('subtitles', 'captions'), default: flag }),
    ),
    duration_s: either(seconds, orNull),
    live: flag,
    dvr_s: seconds,
    growing: flag,
    start: seconds,
    end: either(seconds, orNull),
    resume: either(seconds, orOff, orNull),
    autoplay: word(false, true, 'muted'),
    muted: flag,
    volume: number(0, 1),
    loop: flag,
    speed: number(0.1, 16),
    preload: word('none', 'metadata', 'auto'),
    playlist: list(either(elsewhere, self)),
    next: either(elsewhere, orNull),
    drm: either(
      object({}, { servers: map(text), token: either(text, orNull), certificate: either(text, orNull) }),
      orNull,
    ),
    telemetry: either(object({ url: text }, {}), flag, orNull),
    progress: either(object({ url: text, content: text }, {}), orNull),
    language: text,
    accent: either(colour, orNull),
    share: either(object({ url: text }, { embed: text, oembed: text }), orNull),
  },
);

type Known = Of<typeof CONFIG, { playlistItem: never }>;
export type Elsewhere = Of<typeof elsewhere>;
export type PlayerConfig = Omit<Known, 'playlist'> & { playlist?: (PlayerConfig | Elsewhere)[] };
export type Chapter = NonNullable<PlayerConfig['chapters']>[number];
export type CaptionFile = NonNullable<PlayerConfig['captions']>[number];

/** What each field means: the descriptions of the published schema. Not part of the page's script. */
export type Described = Record<keyof PlayerConfig, string>;
