/** How a program that overlaps with others can be placed instead. Instants are in ms. Pure. */
import { conflictOf, type Program, type Span } from './programs';
import { MINUTE } from './zone';

export interface Mend {
  kind: 'after' | 'before' | 'shorten';
  span: Span;
}

/**
 * The ways to mend an overlap with `conflict`: begin when it has ended, end when it begins, or be shortened. Only those
 * that overlap with nothing and begin at `earliest` or later.
 */
export function mendsOf(
  programs: readonly Program[],
  span: Span,
  conflict: Program,
  earliest: number,
  except?: string,
): Mend[] {
  const length = span.ends - span.starts;
  const mends: Mend[] = [
    { kind: 'after', span: { starts: conflict.ends, ends: conflict.ends + length } },
    { kind: 'before', span: { starts: conflict.starts - length, ends: conflict.starts } },
    { kind: 'shorten', span: { starts: span.starts, ends: conflict.starts } },
  ];
  return mends.filter(
    ({ span: s }) => s.starts >= earliest && s.ends - s.starts >= MINUTE && !conflictOf(programs, s, except),
  );
}
