/** Whether a title is audio only: by its tracks if known, else by its kind. Pure. */
import type { TitlePage } from '../../shared/viewerApi';

const AUDIO_KINDS = new Set(['audio', 'podcast', 'podcast_episode']);

export function isAudioOnly({ kind, tracks }: { kind: string | null; tracks?: TitlePage['tracks'] }): boolean {
  if (tracks && tracks.audio.length + tracks.heights.length > 0) return tracks.heights.length === 0;
  return AUDIO_KINDS.has(kind ?? '');
}
