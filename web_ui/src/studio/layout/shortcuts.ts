/**
 * Keyboard shortcuts of the studio, outside text fields: `a` API panel, `/` search in the list, `n` new, `?` the sheet
 * of all, and `g` with a letter, which opens a page (`commands/destinations.ts`). Ctrl K works in text fields too.
 */
import { useEffect, useRef } from 'react';

const isTextInput = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && ['checkbox', 'radio'].includes(target.type));

const modalIsOpen = (): boolean => document.querySelector('[role=dialog][aria-modal=true], .MuiModal-root') !== null;

export type Shortcuts = Record<string, () => void>;

export function useShortcuts(keys: Shortcuts): void {
  useEffect(() => {
    let pendingPrefix = '';
    const onKey = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || isTextInput(e.target) || modalIsOpen()) return;
      // The player handles its own keys.
      if (e.target instanceof HTMLElement && e.target.closest('.player')) return;
      const call = keys[`${pendingPrefix} ${e.key}`.trim()] ?? keys[e.key];
      pendingPrefix = e.key === 'g' ? 'g' : '';
      if (!call) return;
      e.preventDefault();
      pendingPrefix = '';
      call();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [keys]);
}

/** Calls `open` on Ctrl K or ⌘ K, unless a dialog is open. */
export function useCommandKey(open: () => void): void {
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key.toLowerCase() !== 'k' || !(e.ctrlKey || e.metaKey) || e.altKey || e.shiftKey) return;
      e.preventDefault();
      if (!modalIsOpen()) latest.current();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
