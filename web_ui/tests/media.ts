import type { Media } from '../src/api';

/** A title as the server sends it, half way through its encoding. */
export function media(over: Partial<Media> = {}): Media {
  return {
    id: 'm1', title: 'A film', kind: 'video', state: 'encoding', playable: false,
    progress: { percent: 34.4, speed: 3.42, eta_s: 734, stage: 'audio' }, duration_s: 60, error: null, playback: null,
    tracks: { video: [], audio: [], text: [] }, chapters: [], notices: [], revision: 1, created_at: '2030-01-01T00:00:00Z',
    ...over,
  };
}
