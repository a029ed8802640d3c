import { describe, expect, it } from 'vitest';
import { modalFocus } from '../src/components/modalFocus';

/** Blits' focus management: the last request within a tick wins (`lib/focus.js`). */
class Tree {
  focused = '';
  private pending: ReturnType<typeof setTimeout> | undefined;
  readonly page = this.component('page', undefined, () => modalFocus.refocus(this.page));
  readonly other = this.component('other');
  readonly dialog = this.component('dialog', this.page);

  private component(name: string, parent?: object, onFocus?: () => void) {
    const self = {
      parent,
      $focus: () => {
        clearTimeout(this.pending);
        this.pending = setTimeout(() => {
          this.focused = name;
          onFocus?.();
        });
      },
    };
    return self;
  }
}

const ticks = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('the focus of a dialog', () => {
  it('stays with a dialog that opened before the router focused its page', async () => {
    const tree = new Tree();
    modalFocus.open(tree.dialog);
    tree.page.$focus(); // the router, at the end of the navigation
    await ticks();
    expect(tree.focused).toBe('dialog');
    modalFocus.close(tree.dialog);
    await ticks();
    expect(tree.focused).toBe('page');
  });

  it('is not restored to a page that has been replaced', async () => {
    const tree = new Tree();
    modalFocus.open(tree.dialog);
    await ticks();
    tree.other.$focus();
    await ticks();
    modalFocus.refocus(tree.other);
    await ticks();
    expect(tree.focused).toBe('other');
    modalFocus.close(tree.dialog);
  });

  it('is known to the page that the dialog covers, until the dialog closes', () => {
    const tree = new Tree();
    expect(modalFocus.isOpenOver(tree.page)).toBe(false);
    modalFocus.open(tree.dialog);
    expect(modalFocus.isOpenOver(tree.page)).toBe(true);
    expect(modalFocus.isOpenOver(tree.other)).toBe(false);
    modalFocus.close(tree.dialog);
    expect(modalFocus.isOpenOver(tree.page)).toBe(false);
  });
});
