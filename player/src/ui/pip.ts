/**
 * Picture in picture for every skin: the browser's own for pictures; for sound alone the whole player moves into a
 * window of its own (Document Picture-in-Picture) where the browser has that.
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

  /** This title has no picture, and the browser can give the player a window. */
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
