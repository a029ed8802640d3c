/**
 * The descriptions of the published schema. Only the build imports this file; the type makes a missing one a compile
 * error.
 */
import type { FieldDescriptions } from './config';

export const DESCRIPTIONS: FieldDescriptions = {
  $schema: 'The address of this schema, for editors. The player does not read it.',
  version: 'The version of this format.',
  id: 'The content’s id, used in telemetry, CMCD and watch progress.',
  media: 'The media’s id.',
  title: 'Shown above the picture, on the lock screen and in picture-in-picture.',
  subtitle: 'A second line, such as the series and episode, or the show.',
  kind: 'The kind of content: video or audio only.',
  poster: 'An image to show before playback starts.',
  artwork: 'Images for the lock screen (Media Session).',
  sources:
    'The manifests. One is enough; if both are given, the player uses the one that the platform plays best. `whep` ' +
    'is the address of a live stream for players that know WHEP; this one does not use it.',
  thumbnails: 'A WebVTT file that maps each time range to a tile of a sprite sheet (#xywh=).',
  waveform: 'The loudness over time, 0 to 1: an array, or the URL of a JSON array.',
  chapters: 'Chapters, with times in seconds from the beginning.',
  markers: 'Parts that viewers can skip, with times in seconds; credits without an end last until the end.',
  captions: 'Captions and subtitles (WebVTT) in addition to those of the manifest.',
  duration_s: 'The duration in seconds, shown before anything is loaded.',
  live: 'True for a live programme.',
  dvr_s: 'The length of the DVR window of a live programme, in seconds.',
  growing: 'True while the timeline is still growing.',
  start: 'The time at which playback starts, in seconds.',
  end: 'The time at which playback stops, in seconds.',
  resume: 'The time at which this viewer stopped watching, in seconds; takes precedence over `start`.',
  autoplay:
    'Start automatically: with sound where the browser allows it, otherwise muted; "muted" starts muted at once.',
  muted: 'Start muted.',
  volume: 'The volume, 0 to 1.',
  loop: 'Start again at the end.',
  speed: 'The playback rate; 1 is normal.',
  preload: 'What to fetch before playback is requested. With "none", nothing until the pointer is over the player.',
  playlist: 'The items to play after this one: whole configurations, or the URL of one.',
  next: 'The item to play after this one if there is no playlist.',
  drm: 'Licence servers and robustness levels by key system, the token, and the URL of FairPlay’s certificate.',
  telemetry: 'The URL to which quality of experience is reported; false disables it.',
  progress: 'The URL to which watch progress is reported.',
  session:
    'The playback session of the sources: the URL to renew it (POST /heartbeat) and to end it (DELETE), the seconds ' +
    'between two heartbeats, and the URL of this configuration, which starts another one.',
  language: 'The language of the player’s user interface (BCP 47): English and German are included.',
  accent: 'The colour of the played part of the seek bar: #rgb or #rrggbb.',
  share: 'The public URL of this title, for sharing.',
};
