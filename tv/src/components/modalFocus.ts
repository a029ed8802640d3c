// Which dialog holds the focus. One may be followed at once by another (the PIN, and again the PIN); only when none
// follows does the focus go back to the page. Blits moves the focus a moment later; a key pressed in that moment waits
// (`settled`), so that it reaches what the viewer sees.
interface Focusable {
  $focus(): void;
  parent: Focusable;
}
let openDialog: Focusable | null = null;
let settled: Promise<void> = Promise.resolve();

/** After the tick in which `change` asked for the focus, and the one in which Blits gives it. */
function afterFocusChange(change?: () => void): void {
  settled = new Promise((resolve) => {
    setTimeout(() => {
      change?.();
      setTimeout(resolve);
    });
  });
}

export const modalFocus = {
  open(dialog: object): void {
    openDialog = dialog as Focusable;
    openDialog.$focus();
    afterFocusChange();
  },
  close(dialog: object): void {
    const { parent } = dialog as Focusable;
    if (openDialog === dialog) openDialog = null;
    afterFocusChange(() => openDialog === null && parent.$focus());
  },
  /** For a page that has just got the focus: the router gives it at the end of a navigation, and a dialog may have
   * opened over the page before. Without it the dialog is on screen and no key reaches it. */
  refocus(page: object): void {
    if (openDialog === null || openDialog.parent !== page) return;
    openDialog.$focus();
    afterFocusChange();
  },
  get settled(): Promise<void> {
    return settled;
  },
};
