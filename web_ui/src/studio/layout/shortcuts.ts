/**
 * Keyboard shortcuts of the studio, outside text fields: `a` API panel, `/` search, `g h` home, `g m` media,
 * `g c` content, `g u` uploads, `n` new.
 */
import { useEffect } from 'react';

const isTextInput = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && ['checkbox', 'radio'].includes(target.type));

export type Shortcuts = Record<string, () => void>;

export function useShortcuts(keys: Shortcuts): void {
  useEffect(() => {
    let pendingPrefix = '';
    const onKey = (e: KeyboardEvent) => {
      if (
        e.ctrlKey ||
        e.metaKey ||
        e.altKey ||
        e.defaultPrevented ||
        isTextInput(e.target) ||
        document.querySelector('[role=dialog][aria-modal=true], .MuiModal-root')
      )
        return;
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
