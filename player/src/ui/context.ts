/** Shared by the controls of one player. */
import type { Engine } from '../engine/types';
import type { Translate } from '../i18n';

export interface Context {
  host: HTMLElement;
  controller: HTMLElement;
  engine: Engine;
  translate: Translate;
  /** Aborts when the player is destroyed; for event listeners. */
  signal: AbortSignal;
  /** Shows a short message. */
  toast(text: string): void;
  showHelp(): void;
  showCaptionStyle(): void;
}

/** Sends a request to media-chrome, as its controls do. */
export function request(context: Context, type: string, detail?: unknown): void {
  context.controller.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
}

/** The current state of media-chrome's store. */
export function mediaState(context: Context): Record<string, unknown> {
  const { mediaStore } = context.controller as HTMLElement & { mediaStore?: { getState(): Record<string, unknown> } };
  return mediaStore?.getState() ?? {};
}

/** Asks the document: media-chrome learns of full screen one frame later. */
export function toggleFullscreen(context: Context): void {
  request(
    context,
    context.host.ownerDocument.fullscreenElement ? 'mediaexitfullscreenrequest' : 'mediaenterfullscreenrequest',
  );
}
