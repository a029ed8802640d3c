// Which dialog holds the focus. One may be followed at once by another (the PIN, and again the PIN); only when none
// follows does the focus go back to the page.
let current: object | null = null;

export const modal = {
  take(dialog: object): void {
    current = dialog;
  },
  release(dialog: object): void {
    if (current === dialog) current = null;
  },
  get free(): boolean {
    return current === null;
  },
};
