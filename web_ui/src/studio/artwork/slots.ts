/** The artwork that makes sense for each kind of record, and the size that each should have. Pure. */

/** The slots of a resource, in the order in which they are shown. Titles that are heard are square. */
export function slotsOf(resource: string, kind: unknown): readonly string[] {
  if (resource === 'person') return ['square'];
  if (resource === 'channel' || resource === 'organization') return ['logo', 'square'];
  if (kind === 'podcast_episode' || kind === 'podcast') return ['square', 'backdrop'];
  return ['poster', 'backdrop', 'square', 'logo'];
}

/** Pixels at least; null: a logo may have any size. */
export const SIZES: Record<string, readonly [number, number] | null> = {
  poster: [1000, 1500],
  backdrop: [1920, 1080],
  square: [1000, 1000],
  logo: null,
};

/** Stills become these kinds of artwork. */
export const STILL_KINDS: readonly string[] = ['poster', 'backdrop', 'square'];
