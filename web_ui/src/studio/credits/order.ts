/** The positions of an ordered list. Pure. */
import type { Row } from '../api/schema';

/** The rows whose stored position differs from their place in the list, with their new positions from 1. */
export function changedPositions(rows: readonly Row[], field = 'position'): { row: Row; position: number }[] {
  return rows.map((row, i) => ({ row, position: i + 1 })).filter(({ row, position }) => row[field] !== position);
}
