/**
 * The four elements. Each is a bare media element with the engine from the start, so that playing need not wait for
 * the controls; they come with the skin's chunk and are put around it.
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

/** A picture that is not there by now may come after the controls. */
const MAX_CONTROLS_DELAY_MS = 1500;

export abstract class OTNetPlayer extends HTMLElement {
  static observedAttributes = ['src', 'config'];
  abstract readonly skin: string;

  /** Headers for requests to the configuration's server; read at each request. */
  headers: EngineOptions['headers'];
  /** Changes licence requests. */
  licence: EngineOptions['licence'];

  #current: OTNetEngine | null = null;
  #lifetime = new AbortController();
  #assignedConfig: PlayerConfig | string | null = null;

  /** The engine behind this player; there while the element is in a page. */
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
    // Somebody who points at a player will press it.
    for (const type of ['pointerenter', 'focusin'])
      this.addEventListener(type, () => engine.warm(), { once: true, signal });
    void this.#mountControls(engine, signal);
    return engine;
  }

  async #mountControls(engine: OTNetEngine, signal: AbortSignal): Promise<void> {
    try {
      await this.#untilControlsMayMount(engine, signal);
      // media-chrome is named here so that it is not first found in the other's chunk.
      const [{ mountControls }] = await Promise.all([import('./ui/mount-controls'), import('media-chrome')]);
      await mountControls(this, engine, this.skin, this.lang, signal);
    } catch (error) {
      console.error(error);
      // Without our controls the browser's own must do.
      (engine.video as HTMLVideoElement).controls = true;
    }
  }

  /**
   * The language of the controls is known with the configuration, or with its error. Where it begins by itself, the
   * picture goes first: putting the controls on would keep the processor from it.
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
   * Takes a configuration (an object, JSON, or its address) and gets ready. What goes wrong is shown, and in
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
    // A player that is moved comes back at once; one that is gone for good lets go of everything.
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

/**
 * Plays `config` in `target`: an OTNet element, or any other element, which gets one inside it.
 */
export async function setup(
  target: Element | string,
  config: PlayerConfig | string,
  skin: SkinName = 'video',
): Promise<OTNetPlayer> {
  const element = typeof target === 'string' ? document.querySelector(target) : target;
  if (!element) throw new Error(`There is no element “${String(target)}” in this page to put the player into.`);
  let player = element as OTNetPlayer;
  if (!(element instanceof OTNetPlayer)) {
    player = document.createElement(`otnet-${skin}`) as OTNetPlayer;
    element.replaceChildren(player);
  }
  await player.setup(config);
  return player;
}
