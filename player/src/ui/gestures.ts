/**
 * Gestures on the video: a double tap at a side seeks, a double click toggles full screen. media-chrome handles the
 * rest.
 */
import { type Context, toggleFullscreen } from './context';
import { runAction } from './keyboard';

const DOUBLE_MS = 300;

/** The action of a double tap at `x`. Pure. */
export function sideOf(x: number, width: number): 'back10' | 'forward10' | null {
  if (x < width / 3) return 'back10';
  return x > (width * 2) / 3 ? 'forward10' : null;
}

export function bindGestures(context: Context): void {
  const { controller, engine, signal } = context;
  const onPicture = (event: Event): boolean =>
    [controller, engine.video].includes(event.composedPath()[0] as HTMLElement);
  let lastTap = { at: 0, side: null as string | null };
  controller.addEventListener(
    'pointerup',
    (event) => {
      if (event.pointerType !== 'touch' || !onPicture(event)) return;
      const box = controller.getBoundingClientRect();
      const side = sideOf(event.clientX - box.left, box.width);
      const now = event.timeStamp;
      if (side && side === lastTap.side && now - lastTap.at < DOUBLE_MS) runAction(context, side);
      lastTap = { at: now, side };
    },
    { signal },
  );
  controller.addEventListener(
    'dblclick',
    (event) => {
      const touch = (event as MouseEvent & { pointerType?: string }).pointerType === 'touch';
      if (!onPicture(event) || touch || lastTap.at > event.timeStamp - DOUBLE_MS * 2) return;
      toggleFullscreen(context);
    },
    { signal },
  );
}
