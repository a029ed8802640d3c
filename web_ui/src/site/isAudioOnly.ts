/** Is a title listened to? Its tracks say so where they are known, else what kind of work it is. Pure. */
import type { Title } from './types';

const AUDIO_KINDS = new Set(['audio', 'podcast', 'podcast_episode']);

export function isAudioOnly({ kind, tracks }: { kind: string | null; tracks?: Title['tracks'] }): boolean {
  if (tracks && tracks.audio.length + tracks.heights.length > 0) return tracks.heights.length === 0;
  return AUDIO_KINDS.has(kind ?? '');
}
