/** What the parts of a dressed player share. */
import type { Engine } from '../engine/types';
import type { Translate } from '../i18n';

export interface Context {
  host: HTMLElement;
  controller: HTMLElement;
  engine: Engine;
  translate: Translate;
  /** Ends with the player: for listeners. */
  signal: AbortSignal;
  /** Says something for a moment. */
  toast(text: string): void;
  showHelp(): void;
  showCaptionStyle(): void;
}

/** Asks media-chrome for something, as its own controls do. */
export function request(context: Context, type: string, detail?: unknown): void {
  context.controller.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
}

/** What media-chrome knows now. */
export function mediaState(context: Context): Record<string, unknown> {
  const { mediaStore } = context.controller as HTMLElement & { mediaStore?: { getState(): Record<string, unknown> } };
  return mediaStore?.getState() ?? {};
}

/** Asked of the page itself: media-chrome learns of it a frame later. */
export function toggleFullscreen(context: Context): void {
  request(
    context,
    context.host.ownerDocument.fullscreenElement ? 'mediaexitfullscreenrequest' : 'mediaenterfullscreenrequest',
  );
}
