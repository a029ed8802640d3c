/**
 * Picture in picture for every skin: the browser's own for pictures; for sound alone the whole player moves into a
 * window of its own (Document Picture-in-Picture) where the browser has that.
 */
import type { Engine } from '../engine/types';
import type { DocumentPip } from './pip-window';

export class Pip {
  open = false;
  #window: Window | null = null;

  constructor(
    private engine: Engine,
    private host: HTMLElement,
    private note: () => string,
  ) {}

  get #documents(): DocumentPip | undefined {
    return (globalThis as { documentPictureInPicture?: DocumentPip }).documentPictureInPicture;
  }

  /** This title has no picture, and the browser can give the player a window. */
  get own(): boolean {
    return this.open || (!!this.#documents && this.engine.config?.kind === 'audio');
  }

  toggle(open: boolean, usual: () => void): void {
    if (!open && this.#window) this.#window.close();
    else if (open && this.own) void this.#move().catch(() => undefined);
    else usual();
  }

  async #move(): Promise<void> {
    const { moveOut } = await import('./pip-window');
    this.#window = await moveOut(this.#documents!, this.host, this.note(), () => {
      this.#window = null;
      this.#tell(false);
    });
    this.#tell(true);
  }

  #tell(open: boolean): void {
    this.open = open;
    this.engine.dispatchEvent(new Event('pip'));
  }
}
