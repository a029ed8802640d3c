/** Is a title listened to? Its tracks say so where they are known, else what kind of work it is. Pure. */
import type { Title } from './types';

const HEARD = new Set(['audio', 'podcast', 'podcast_episode']);

export function heard({ kind, tracks }: { kind: string | null; tracks?: Title['tracks'] }): boolean {
  if (tracks && tracks.audio.length + tracks.heights.length > 0) return tracks.heights.length === 0;
  return HEARD.has(kind ?? '');
}
