/**
 * Picture in picture for every skin: the browser's own for pictures; for sound alone the whole player moves into a
 * window of its own (Document Picture-in-Picture) where the browser has that.
 */
import type { Engine } from '../engine/types';

interface DocumentPip { requestWindow(options: { width: number; height: number }): Promise<Window> }

export class Pip {
  open = false;
  private window: Window | null = null;

  constructor(private engine: Engine, private host: HTMLElement, private note: () => string) {}

  private get documents(): DocumentPip | undefined {
    return (globalThis as { documentPictureInPicture?: DocumentPip }).documentPictureInPicture;
  }

  /** This title has no picture, and the browser can give the player a window. */
  get own(): boolean {
    return this.open || (!!this.documents && this.engine.config?.kind === 'audio');
  }

  toggle(open: boolean, usual: () => void): void {
    if (!open && this.window) this.window.close();
    else if (open && this.own) void this.move().catch(() => undefined);
    else usual();
  }

  private async move(): Promise<void> {
    const { host } = this;
    const { width, height } = host.getBoundingClientRect();
    const pip = await this.documents!.requestWindow({ width: Math.round(width), height: Math.round(height) });
    this.window = pip;
    const place = document.createElement('div');
    place.setAttribute('role', 'status');
    place.textContent = this.note();
    place.style.cssText = `width:${width}px;max-width:100%;height:${height}px;display:grid;place-items:center;opacity:.7`;
    host.replaceWith(place);
    pip.document.documentElement.lang = document.documentElement.lang;
    pip.document.title = document.title;
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    pip.document.body.style.cssText = `margin:0;display:grid;min-height:100vh;color-scheme:${dark ? 'dark' : 'light'}`;
    pip.document.body.append(host);
    this.tell(true);
    pip.addEventListener('pagehide', () => {
      place.replaceWith(host);
      this.window = null;
      this.tell(false);
    }, { once: true });
  }

  private tell(open: boolean): void {
    this.open = open;
    this.engine.dispatchEvent(new Event('pip'));
  }
}
