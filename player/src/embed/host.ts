/**
 * The embedded page: creates the player and answers messages from the parent window. The configuration comes from
 * `<script type="application/json" id="otnet-config">` (see `EmbedPage`) or from the path `/embed/{id}`. Query
 * parameters override it: `skin`, `autoplay`, `muted`, `loop`, `start`, `end`, `accent`, `language`.
 */
import '../index';
import type { PlayerConfig } from '../config/config';
import { resolveAddresses } from '../config/resolve';
import type { OTNetPlayer, SkinName } from '../element';
import { type CommandMessage, type EmbedState, type EventName, type Events, readCommand, VERSION } from './messages';
import { optionsOf } from './options';

export interface EmbedPage {
  id?: string;
  /** URL of the configuration; default `/api/v1/playback/{id}`. */
  src?: string;
  config?: PlayerConfig;
  skin?: SkinName;
  /** Overrides of configuration fields. */
  options?: Partial<PlayerConfig>;
}

/** Reads the JSON in the page; empty if there is none, then the URL decides. */
function readPage(): EmbedPage {
  const inlineJson = document.getElementById('otnet-config')?.textContent;
  const page = inlineJson ? (JSON.parse(inlineJson) as EmbedPage | PlayerConfig) : {};
  return 'sources' in page ? { config: page } : (page as EmbedPage);
}

async function loadConfig(page: EmbedPage, options: Partial<PlayerConfig>): Promise<PlayerConfig | string> {
  if (page.config) return { ...page.config, ...options };
  const id = page.id ?? /\/embed\/([^/?#]+)/.exec(location.pathname)?.[1] ?? '';
  const src = page.src ?? `/api/v1/playback/${encodeURIComponent(decodeURIComponent(id))}`;
  try {
    const answer = await fetch(src, { headers: { accept: 'application/json' } });
    if (answer.ok) return { ...resolveAddresses((await answer.json()) as PlayerConfig, answer.url), ...options };
  } catch {
    /** the player requests it again and shows the error */
  }
  return src;
}

/** Creates the page's player inside `container`, by default the whole page. */
export async function startEmbed(container: Element = document.body): Promise<OTNetPlayer> {
  const page = readPage();
  const query = optionsOf(new URLSearchParams(location.search));
  const skin = query.skin ?? page.skin ?? 'video';
  const player = document.createElement(`otnet-${skin}`) as OTNetPlayer;
  player.setAttribute('keys', 'page');
  container.append(player);
  bindMessages(player, skin);
  const config = await loadConfig(page, { ...page.options, ...query.options });
  await player.setup(config);
  return player;
}

function bindMessages(player: OTNetPlayer, skin: string): void {
  const { engine } = player;
  const { video } = engine;
  // Events carry nothing secret, so any parent may receive them. Whether a page may embed this one is enforced by the
  // server (Content-Security-Policy: frame-ancestors).
  const postEvent = <E extends EventName>(event: E, page: Events[E]): void => {
    if (parent !== window) parent.postMessage({ otnet: VERSION, event, ...page }, '*');
  };
  const time = (): number => Math.round(video.currentTime * 100) / 100;
  const duration = (): number | null => (Number.isFinite(engine.duration) ? engine.duration : null);
  const title = (): string | null => engine.config?.title ?? null;
  const state = (): EmbedState => ({
    state: engine.state,
    paused: engine.paused,
    muted: video.muted,
    volume: video.volume,
    speed: engine.speed,
    time: time(),
    duration: duration(),
    title: title(),
  });
  const ready = (): void => postEvent('ready', { version: VERSION, skin, title: title(), duration: duration() });

  engine.addEventListener('config', ready);
  engine.addEventListener('state', () => postEvent('state', state()));
  engine.addEventListener('ended', () => postEvent('ended', { time: time() }));
  engine.addEventListener('error', () => {
    const { error } = engine;
    if (error) postEvent('error', { code: error.code, message: error.message, remedy: error.remedy });
  });
  video.addEventListener('playing', () => postEvent('play', { time: time() }));
  video.addEventListener('pause', () => postEvent('pause', { time: time() }));
  video.addEventListener('seeked', () => postEvent('seeked', { time: time() }));
  video.addEventListener('timeupdate', () => postEvent('time', { time: time(), duration: duration() }));
  video.addEventListener('volumechange', () => postEvent('volume', { volume: video.volume, muted: video.muted }));

  const runCommand = async ({ command, value }: CommandMessage): Promise<unknown> => {
    switch (command) {
      case 'play':
        return engine.play();
      case 'pause':
        return engine.pause();
      case 'next':
        return engine.next();
      case 'seek':
        return engine.seek(value as number);
      case 'setVolume':
        video.volume = value as number;
        return undefined;
      case 'setMuted':
        video.muted = value as boolean;
        return undefined;
      case 'setSpeed':
        return engine.setSpeed(value as number);
      case 'setCaptions':
        return engine.setText(engine.texts().find((t) => t.language === value)?.id ?? null);
      case 'setQuality':
        return engine.setQuality(engine.qualities().find((q) => q.height === value)?.id ?? 'auto');
      case 'getState':
        return state();
    }
  };
  addEventListener('message', (event) => {
    if (event.source !== parent || parent === window) return;
    const message = readCommand(event.data);
    if (message === null) return;
    const reply = (page: object): void =>
      parent.postMessage({ otnet: VERSION, event: 'result', ...page }, { targetOrigin: event.origin });
    const id = (event.data as { id?: unknown }).id;
    if (typeof message === 'string') return reply({ id, error: message });
    if (id === 'hello') return engine.config ? ready() : undefined;
    runCommand(message).then(
      (value) => reply({ id, value }),
      (error: unknown) => reply({ id, error: String(error) }),
    );
  });
}
