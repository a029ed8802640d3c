/**
 * The descriptions of the published schema. Only the build imports this file; the type makes a missing one a compile
 * error.
 */
import type { FieldDescriptions } from './config';

export const DESCRIPTIONS: FieldDescriptions = {
  $schema: 'Where this schema is, for editors. The player does not read it.',
  version: 'The version of this format.',
  id: 'The content’s id: names it in telemetry, CMCD and watch progress.',
  media: 'The media’s id.',
  title: 'Shown above the picture, on the lock screen and in picture-in-picture.',
  subtitle: 'A second line: the series and episode, or the show.',
  kind: 'What it is: a video, or audio alone.',
  poster: 'A picture to show before it plays.',
  artwork: 'Pictures for the lock screen (Media Session).',
  sources: 'The manifests. One is enough; with both, the player takes what the platform plays best.',
  thumbnails: 'A WebVTT file that names a tile of a sheet for each time (#xywh=).',
  waveform: 'The loudness over time, 0 to 1: a list, or the address of a JSON list.',
  chapters: 'Chapters, in seconds from the beginning.',
  captions: 'Captions and subtitles (WebVTT) besides those of the manifest.',
  duration_s: 'The length in seconds: shown before anything is loaded.',
  live: 'True for a live programme.',
  dvr_s: 'How far back a viewer may go in a live programme, in seconds.',
  growing: 'True while the timeline is still growing.',
  start: 'Where it begins, in seconds.',
  end: 'Where it stops, in seconds.',
  resume: 'Where this viewer left off, in seconds; wins over `start`.',
  autoplay: 'Begin by itself: with sound where the browser allows it, else muted; "muted" asks for that at once.',
  muted: 'Begin without sound.',
  volume: 'The volume, 0 to 1.',
  loop: 'Begin again at the end.',
  speed: 'The speed, 1 is normal.',
  preload: 'What to fetch before play is pressed. With "none" nothing is, until somebody points at the player.',
  playlist: 'What comes after this: whole configurations, or the address of one.',
  next: 'What comes after this, when there is no playlist.',
  drm: 'Licence servers by key system, the token they ask for, and the address of FairPlay’s certificate.',
  telemetry: 'Where quality of experience is sent; false sends nothing.',
  progress: 'Where watch progress is sent.',
  language: 'The language of the player’s own words (BCP 47). English and German are there.',
  accent: 'The colour of what has been played: #rgb or #rrggbb.',
  share: 'Where this title is found by others.',
};
