// Remembers the focus of pages that are not kept in memory, until they are left with back.
export interface RememberedFocus {
  zone: string;
  pill: number;
  position: [number, number];
  /** Number of titles that were loaded. */
  count: number;
}

export const focusMemory = new Map<string, RememberedFocus>();
