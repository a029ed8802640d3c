/**
 * Arrow-key navigation, as with a remote: left and right within a row, up and down to the nearest item. Elements with
 * `data-item` are focusable targets, `data-row` groups them. “/” opens the search.
 */
import { navigate } from './clientNavigation';

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}
export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

const middle = (box: Box) => (box.left + box.right) / 2;

/** The index of the nearest box above or below, or -1: the nearest line first, then the nearest column. Pure. */
export function nearest(from: Box, boxes: readonly Box[], arrow: 'ArrowUp' | 'ArrowDown'): number {
  const distance = (box: Box) => (arrow === 'ArrowDown' ? box.top - from.bottom : from.top - box.bottom);
  const line = Math.min(...boxes.map(distance).filter((d) => d > -4));
  if (!Number.isFinite(line)) return -1;
  let [best, bestIndex] = [Infinity, -1];
  boxes.forEach((box, i) => {
    const d = distance(box);
    const aside = Math.abs(middle(box) - middle(from));
    if (d > -4 && d < line + 40 && aside < best) [best, bestIndex] = [aside, i];
  });
  return bestIndex;
}

/** The index of the neighbour in reading order, or -1 at the ends. Pure. */
export function neighbour(index: number, count: number, arrow: 'ArrowLeft' | 'ArrowRight'): number {
  const next = index + (arrow === 'ArrowRight' ? 1 : -1);
  return next >= 0 && next < count ? next : -1;
}

function targetFrom(from: HTMLElement, arrow: Arrow): HTMLElement | undefined {
  const row = from.closest('[data-row]');
  const focusableIn = (root: ParentNode) =>
    [...root.querySelectorAll<HTMLElement>('[data-item]')].filter((e) => e.offsetParent);
  if (arrow === 'ArrowLeft' || arrow === 'ArrowRight') {
    const items = focusableIn(row ?? document);
    return items[neighbour(items.indexOf(from), items.length, arrow)];
  }
  const candidates = focusableIn(document).filter(
    (item) => item !== from && (!row?.hasAttribute('data-sideways') || !row.contains(item)),
  );
  return candidates[
    nearest(
      from.getBoundingClientRect(),
      candidates.map((item) => item.getBoundingClientRect()),
      arrow,
    )
  ];
}

const isTextInput = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT|OTNET-\w+)$/.test(target.tagName));

export function startArrowKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (
      event.key === '/' &&
      !event.defaultPrevented &&
      !event.ctrlKey &&
      !event.metaKey &&
      !isTextInput(event.target)
    ) {
      event.preventDefault();
      return navigate('/search');
    }
    if (!event.key.startsWith('Arrow') || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey)
      return;
    const from = (event.target as Element | null)?.closest?.<HTMLElement>('[data-item]');
    if (!from) return;
    const to = targetFrom(from, event.key as Arrow);
    if (!to) return;
    event.preventDefault();
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
}
