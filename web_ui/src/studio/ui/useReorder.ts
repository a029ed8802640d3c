/**
 * Reorders a list by dragging a handle (mouse, pen or finger), or with the arrow keys while the handle has the focus.
 *
 * The rows are the children of the list, in the order of `items`. `onMove(from, to)` is called once per move.
 */
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';

/** The list with the item at `from` moved to `to`. Pure. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const next = [...items];
  const [item] = next.splice(from, 1);
  if (item !== undefined) next.splice(to, 0, item);
  return next;
}

interface Drag {
  from: number;
  to: number;
}

export interface HandleProps {
  onPointerDown: (e: PointerEvent<HTMLElement>) => void;
  onPointerMove: (e: PointerEvent<HTMLElement>) => void;
  onPointerUp: (e: PointerEvent<HTMLElement>) => void;
  onPointerCancel: () => void;
  onKeyDown: (e: KeyboardEvent<HTMLElement>) => void;
}

export function useReorder(count: number, onMove: (from: number, to: number) => void) {
  const list = useRef<HTMLElement | null>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  /** The row whose middle is nearest to the pointer. */
  const rowAt = (y: number): number => {
    const rows = [...(list.current?.children ?? [])].slice(0, count);
    const distances = rows.map((row) => {
      const box = row.getBoundingClientRect();
      return Math.abs(box.top + box.height / 2 - y);
    });
    return distances.indexOf(Math.min(...distances));
  };
  const handle = (index: number): HandleProps => ({
    onPointerDown: (e) => {
      if (e.button !== 0) return;
      e.preventDefault();
      e.currentTarget.focus();
      e.currentTarget.setPointerCapture(e.pointerId);
      setDrag({ from: index, to: index });
    },
    onPointerMove: (e) => {
      if (drag) setDrag({ from: drag.from, to: rowAt(e.clientY) });
    },
    onPointerUp: (e) => {
      if (!drag) return;
      const to = rowAt(e.clientY);
      setDrag(null);
      if (to !== drag.from && to >= 0) onMove(drag.from, to);
    },
    onPointerCancel: () => setDrag(null),
    onKeyDown: (e) => {
      const to = index + (e.key === 'ArrowUp' ? -1 : e.key === 'ArrowDown' ? 1 : 0);
      if (to === index) return;
      e.preventDefault();
      if (to >= 0 && to < count) onMove(index, to);
    },
  });
  /** Classes of a row: the one that is dragged, and the one before or after which it would be put. */
  const rowClass = (index: number): string =>
    !drag
      ? ''
      : index === drag.from
        ? 'dragged'
        : index === drag.to
          ? drag.to < drag.from
            ? 'drop-before'
            : 'drop-after'
          : '';
  return { list, handle, rowClass };
}
