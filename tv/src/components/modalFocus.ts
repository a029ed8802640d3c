// Tracks which dialog has the focus. A dialog may directly follow another (a second PIN entry); only after the last
// one does the focus return to the page. Blits moves the focus asynchronously: `settled` delays keys pressed
// meanwhile, so that they reach what the viewer sees.
interface Focusable {
  $focus(): void;
  parent: Focusable;
}
let openDialog: Focusable | null = null;
let lastTransition: Promise<void> = Promise.resolve();

/** The page that a dialog belongs to. */
export const pageOf = (dialog: object): object => (dialog as Focusable).parent;

/** Resolves `settled` after the tick in which `change` requests the focus and the one in which Blits moves it. */
function afterFocusChange(change?: () => void): void {
  lastTransition = new Promise((resolve) => {
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
  /**
   * Called when a page receives the focus. The router focuses a page at the end of the navigation; a dialog that
   * opened before would otherwise be visible but not receive keys.
   */
  refocus(page: object): void {
    if (!this.isOpenOver(page)) return;
    openDialog?.$focus();
    afterFocusChange();
  },
  /** Whether a dialog of this page is open. The page does not announce its own controls meanwhile. */
  isOpenOver(page: object): boolean {
    return openDialog !== null && openDialog.parent === page;
  },
  get settled(): Promise<void> {
    return lastTransition;
  },
};
