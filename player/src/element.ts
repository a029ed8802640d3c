/**
 * The four custom elements. Each creates the bare media element and the engine at once, so that playback does not
 * wait for the controls, which are mounted around it when the skin's chunk has loaded.
 */
import type { PlayerConfig } from './config/config';
import { OTNetEngine } from './engine/engine';
import type { Engine, EngineOptions } from './engine/types';

const SHADOW_HTML =
  `<style>
:host{display:block;position:relative;aspect-ratio:var(--otnet-aspect,16/9);background:#000;overflow:hidden}
:host([hidden]){display:none}
:host(otnet-audio){aspect-ratio:auto;min-height:80px;background:none;overflow:visible}
:host(otnet-square),:host(otnet-circular){aspect-ratio:1}
:host(otnet-circular){border-radius:50%}
media-controller{display:block;width:100%;height:100%;position:relative}
video{display:block;width:100%;height:100%;object-fit:contain}
.captions{position:absolute;inset:0;pointer-events:none}
</style>
<media-controller part="controller" nodefaultstore nohotkeys>` +
  '<video slot="media" part="video" playsinline preload="none"></video>' +
  '<div slot="media" class="captions" part="captions"></div></media-controller>';

/** With autoplay, the controls are mounted after the first frame, or after this time at the latest. */
const MAX_CONTROLS_DELAY_MS = 1500;

export abstract class OTNetPlayer extends HTMLElement {
  static observedAttributes = ['src', 'config'];
  abstract readonly skin: SkinName;

  /** Headers for requests to the server of the configuration; called for each request. */
  headers: EngineOptions['headers'];
  /** Modifies a licence request before it is sent. */
  licence: EngineOptions['licence'];

  #current: OTNetEngine | null = null;
  #lifetime = new AbortController();
  #assignedConfig: PlayerConfig | string | null = null;

  /** The engine of this player. It exists while the element is connected. */
  get engine(): Engine {
    return this.#ensureEngine();
  }

  #ensureEngine(): OTNetEngine {
    if (this.#current) return this.#current;
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.innerHTML = SHADOW_HTML;
    const video = root.querySelector('video')!;
    const engine = new OTNetEngine(video, {
      skin: this.skin,
      telemetry: this.getAttribute('telemetry') !== 'off',
      language: this.lang || undefined,
      captions: root.querySelector<HTMLElement>('.captions')!,
      headers: () => this.headers?.() ?? {},
      licence: (request, config) => this.licence?.(request, config),
    });
    this.#current = engine;
    this.#lifetime = new AbortController();
    const { signal } = this.#lifetime;
    for (const type of ['state', 'tracks', 'error', 'chapter', 'ended', 'config', 'blocked']) {
      engine.addEventListener(
        type,
        (event) => {
          const { detail } = event as CustomEvent;
          this.dispatchEvent(
            new CustomEvent(`otnet${type}`, { detail: detail ?? this.#current, bubbles: true, composed: true }),
          );
        },
        { signal },
      );
    }
    const showPoster = (): void => {
      video.poster = engine.config?.poster ?? '';
    };
    engine.addEventListener('config', showPoster, { signal });
    // Pointing at the player usually precedes pressing play: start loading what playback needs.
    for (const type of ['pointerenter', 'focusin'])
      this.addEventListener(type, () => engine.warm(), { once: true, signal });
    void this.#mountControls(engine, signal);
    return engine;
  }

  async #mountControls(engine: OTNetEngine, signal: AbortSignal): Promise<void> {
    try {
      await this.#untilControlsMayMount(engine, signal);
      // media-chrome is imported here too, so that both chunks are requested in parallel.
      const [{ mountControls }] = await Promise.all([import('./ui/mount-controls'), import('media-chrome')]);
      await mountControls(this, engine, this.skin, this.lang, signal);
    } catch (error) {
      console.error(error);
      // The controls failed to load: use the browser's.
      (engine.video as HTMLVideoElement).controls = true;
    }
  }

  /**
   * Waits for the configuration, which names the language of the controls, or for its error. With autoplay it also
   * waits for the first frame, because mounting the controls would delay it.
   */
  async #untilControlsMayMount(engine: OTNetEngine, signal: AbortSignal): Promise<void> {
    const nextEvent = (target: EventTarget, ...types: string[]): Promise<unknown> =>
      new Promise((resolve) => types.forEach((type) => target.addEventListener(type, resolve, { once: true, signal })));
    if (!engine.config && !engine.error) await nextEvent(engine, 'config', 'error');
    if (!engine.config?.autoplay || engine.error) return;
    const timeout = new Promise((resolve) => setTimeout(resolve, MAX_CONTROLS_DELAY_MS));
    await Promise.race([nextEvent(engine.video, 'playing'), nextEvent(engine, 'error', 'blocked'), timeout]);
  }

  /**
   * Loads a configuration: an object, JSON text, or a URL. Errors are shown in the player and reported in
   * `engine.error`.
   */
  setup(config: PlayerConfig | string): Promise<void> {
    this.#assignedConfig = config;
    return this.#ensureEngine().load(config);
  }

  connectedCallback(): void {
    if (this.#current) return;
    this.#ensureEngine();
    const inlineConfig = this.querySelector(':scope > script[type="application/json"]')?.textContent;
    const config = this.#assignedConfig ?? this.getAttribute('config') ?? inlineConfig ?? this.getAttribute('src');
    if (config) void this.setup(config);
  }

  disconnectedCallback(): void {
    // A moved element is reconnected within the same task; only a removed one is destroyed.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#lifetime.abort();
      void this.#current?.destroy();
      this.#current = null;
      this.removeAttribute('dressed');
    });
  }

  attributeChangedCallback(_name: string, oldValue: string | null, newValue: string | null): void {
    if (this.#current && newValue && newValue !== oldValue) void this.setup(newValue);
  }
}

class OTNetVideo extends OTNetPlayer {
  readonly skin = 'video';
}
class OTNetAudio extends OTNetPlayer {
  readonly skin = 'audio';
}
class OTNetCircular extends OTNetPlayer {
  readonly skin = 'circular';
}
class OTNetSquare extends OTNetPlayer {
  readonly skin = 'square';
}

export const ELEMENTS = {
  'otnet-video': OTNetVideo,
  'otnet-audio': OTNetAudio,
  'otnet-circular': OTNetCircular,
  'otnet-square': OTNetSquare,
};
export type SkinName = 'video' | 'audio' | 'circular' | 'square';

/** Plays `config` in `target`: an OTNet element, or any other element, into which a player is inserted. */
export async function setup(
  target: Element | string,
  config: PlayerConfig | string,
  skin: SkinName = 'video',
): Promise<OTNetPlayer> {
  const element = typeof target === 'string' ? document.querySelector(target) : target;
  if (!element) throw new Error(`No element matches “${String(target)}”.`);
  let player = element as OTNetPlayer;
  if (!(element instanceof OTNetPlayer)) {
    player = document.createElement(`otnet-${skin}`) as OTNetPlayer;
    element.replaceChildren(player);
  }
  await player.setup(config);
  return player;
}
