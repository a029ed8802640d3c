// Where the focus was on a page that something else was opened from. Pages of which there may be any number are not
// kept in memory; this little is. Leaving by back forgets it.
export interface RememberedFocus {
  zone: string;
  pill: number;
  position: [number, number];
  /** How many titles were there. */
  count: number;
}

export const focusMemory = new Map<string, RememberedFocus>();
