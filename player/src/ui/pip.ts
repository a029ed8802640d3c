/**
 * Picture-in-picture for every skin: the browser's own for video; for audio the whole player moves into a Document
 * Picture-in-Picture window where supported.
 */
import type { Engine } from '../engine/types';
import type { DocumentPip } from './pip-window';

export class Pip {
  open = false;
  #window: Window | null = null;

  #engine: Engine;
  #host: HTMLElement;
  #message: () => string;
  constructor(engine: Engine, host: HTMLElement, message: () => string) {
    this.#engine = engine;
    this.#host = host;
    this.#message = message;
  }

  get #documents(): DocumentPip | undefined {
    return (globalThis as { documentPictureInPicture?: DocumentPip }).documentPictureInPicture;
  }

  /** Whether the player uses a window of its own: audio, and Document Picture-in-Picture is supported. */
  get usesOwnWindow(): boolean {
    return this.open || (!!this.#documents && this.#engine.config?.kind === 'audio');
  }

  toggle(open: boolean, fallback: () => void): void {
    if (!open && this.#window) this.#window.close();
    else if (open && this.usesOwnWindow) void this.#moveToWindow().catch(() => undefined);
    else fallback();
  }

  async #moveToWindow(): Promise<void> {
    const { moveToPipWindow } = await import('./pip-window');
    this.#window = await moveToPipWindow(this.#documents!, this.#host, this.#message(), () => {
      this.#window = null;
      this.#setOpen(false);
    });
    this.#setOpen(true);
  }

  #setOpen(open: boolean): void {
    this.open = open;
    this.#engine.dispatchEvent(new Event('pip'));
  }
}
