/** Registers <otnet-video>, <otnet-audio>, <otnet-circular> and <otnet-square>. */
import { ELEMENTS, type OTNetPlayer } from './element';

export { type OTNetPlayer, setup, type SkinName } from './element';
export { ConfigError, createEngine, parseConfig } from './engine';
export type * from './engine';

for (const [name, element] of Object.entries(ELEMENTS)) {
  if (!customElements.get(name)) customElements.define(name, element);
}

declare global {
  interface HTMLElementTagNameMap {
    'otnet-video': OTNetPlayer;
    'otnet-audio': OTNetPlayer;
    'otnet-circular': OTNetPlayer;
    'otnet-square': OTNetPlayer;
  }
}
