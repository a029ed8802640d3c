/**
 * The player's configuration, declared once. Every skin reads the same JSON; only `sources` is required. Relative
 * URLs are resolved against the configuration's own URL, or against the page's for a configuration inside the page.
 */
import {
  colour,
  either,
  boolean,
  list,
  map,
  number,
  object,
  type Of,
  seconds,
  self,
  text,
  constant,
  oneOf,
} from './shape';

const elsewhere = object({ src: text }, { title: text, poster: text });
const orNull = oneOf(null);
const orOff = oneOf(false);

export const CONFIG = object(
  { sources: object({}, { dash: text, hls: text, whep: text }) },
  {
    $schema: text,
    version: constant(1),
    id: either(text, orNull),
    media: either(text, orNull),
    title: either(text, orNull),
    subtitle: either(text, orNull),
    kind: oneOf('video', 'audio'),
    poster: either(text, orNull),
    artwork: list(object({ src: text }, { sizes: text, type: text })),
    thumbnails: either(text, orNull),
    waveform: either(text, list(number(0, 1)), orNull),
    chapters: list(object({ start: seconds, title: text }, { end: either(seconds, orNull) })),
    markers: list(
      object({ kind: oneOf('intro', 'recap', 'credits'), start: seconds }, { end: either(seconds, orNull) }),
    ),
    captions: list(
      object({ src: text, language: text }, { label: text, kind: oneOf('subtitles', 'captions'), default: boolean }),
    ),
    duration_s: either(seconds, orNull),
    live: boolean,
    dvr_s: seconds,
    growing: boolean,
    start: seconds,
    end: either(seconds, orNull),
    resume: either(seconds, orOff, orNull),
    autoplay: oneOf(false, true, 'muted'),
    muted: boolean,
    volume: number(0, 1),
    loop: boolean,
    speed: number(0.1, 16),
    preload: oneOf('none', 'metadata', 'auto'),
    playlist: list(either(elsewhere, self)),
    next: either(elsewhere, orNull),
    drm: either(
      object(
        {},
        {
          servers: map(text),
          token: either(text, orNull),
          certificate: either(text, orNull),
          robustness: map(object({}, { video: list(text), audio: list(text) })),
        },
      ),
      orNull,
    ),
    telemetry: either(object({ url: text }, {}), boolean, orNull),
    progress: either(object({ url: text, content: text }, {}), orNull),
    session: object({ url: text, configuration: text }, { renew_after_s: seconds, expires_at: text }),
    language: text,
    accent: either(colour, orNull),
    share: either(object({ url: text }, { embed: text, oembed: text }), orNull),
  },
);

type KnownFields = Of<typeof CONFIG, { playlistItem: never }>;
export type Elsewhere = Of<typeof elsewhere>;
export type PlayerConfig = Omit<KnownFields, 'playlist'> & { playlist?: (PlayerConfig | Elsewhere)[] };
export type Chapter = NonNullable<PlayerConfig['chapters']>[number];
export type Marker = NonNullable<PlayerConfig['markers']>[number];
export type CaptionFile = NonNullable<PlayerConfig['captions']>[number];

/** One description per field, for the published schema. Not part of the player's bundle. */
export type FieldDescriptions = Record<keyof PlayerConfig, string>;
