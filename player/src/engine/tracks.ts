/** Quality, audio and text tracks of the current backend. The chosen caption language is kept for the next title. */
import type { PlayerConfig } from '../config/config';
import type { Backend } from './backend';
import { loadPreference, savePreference } from './preferences';
import type { Audio, Quality, Text } from './types';

export class Tracks {
  quality = 'auto';
  #backend: () => Backend | null;
  #onChange: () => void;
  constructor(backend: () => Backend | null, onChange: () => void) {
    this.#backend = backend;
    this.#onChange = onChange;
  }

  qualities = (): Quality[] => this.#backend()?.qualities() ?? [];
  audios = (): Audio[] => this.#backend()?.audios() ?? [];
  texts = (): Text[] => this.#backend()?.texts() ?? [];

  setQuality(id: string): void {
    this.quality = this.qualities().some((q) => q.id === id) ? id : 'auto';
    this.#backend()?.setQuality(this.quality);
    this.#onChange();
  }

  setAudio(id: string): void {
    this.#backend()?.setAudio(id);
    this.#onChange();
  }

  setText(id: string | null): void {
    savePreference('captions', this.texts().find((t) => t.id === id)?.language ?? 'off');
    this.#backend()?.setText(id);
    this.#onChange();
  }

  /** Selects the captions the viewer chose last, else the default of the configuration or of the manifest. */
  applyPreferred(config: PlayerConfig): void {
    const language =
      loadPreference<string | null>('captions', null) ?? config.captions?.find((c) => c.default)?.language;
    const text = this.texts().find((t) => (language ? t.language === language : t.default));
    if (text && !text.active) this.#backend()?.setText(text.id);
    // A failure has replaced the backend: apply the chosen quality again.
    if (this.quality !== 'auto') this.setQuality(this.quality);
    this.#onChange();
  }
}
