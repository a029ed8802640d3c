/**
 * The embedded page's side: puts the player into the page and answers its parent. The page says what to play in
 * `<script type="application/json" id="otnet-config">` (see `EmbedPage`), or its address does: `/embed/{id}`; the
 * address's query wins: `skin`, `autoplay`, `muted`, `loop`, `start`, `end`, `accent`, `language`.
 */
import '../index';
import type { PlayerConfig } from '../config/config';
import { resolveAddresses } from '../config/resolve';
import type { OTNetPlayer, SkinName } from '../element';
import { type Asked, type EmbedState, type EventName, type Events, readCommand, VERSION } from './messages';
import { optionsOf } from './options';

export interface EmbedPage {
  id?: string;
  /** Where the configuration is; `/api/v1/playback/{id}` otherwise. */
  src?: string;
  config?: PlayerConfig;
  skin?: SkinName;
  /** Put over the configuration. */
  options?: Partial<PlayerConfig>;
}

/** The page's facts; a page without any says it all by its address. */
function pageFacts(): EmbedPage {
  const written = document.getElementById('otnet-config')?.textContent;
  const facts = written ? (JSON.parse(written) as EmbedPage | PlayerConfig) : {};
  return 'sources' in facts ? { config: facts } : (facts as EmbedPage);
}

async function configOf(facts: EmbedPage, options: Partial<PlayerConfig>): Promise<PlayerConfig | string> {
  if (facts.config) return { ...facts.config, ...options };
  const id = facts.id ?? /\/embed\/([^/?#]+)/.exec(location.pathname)?.[1] ?? '';
  const src = facts.src ?? `/api/v1/playback/${encodeURIComponent(decodeURIComponent(id))}`;
  try {
    const answer = await fetch(src, { headers: { accept: 'application/json' } });
    if (answer.ok) return { ...resolveAddresses((await answer.json()) as PlayerConfig, answer.url), ...options };
  } catch {
    /* the player asks again, and shows what is wrong */
  }
  return src;
}

/** Starts the page's player, in `into` or the whole page. */
export async function startEmbed(into: Element = document.body): Promise<OTNetPlayer> {
  const facts = pageFacts();
  const query = optionsOf(new URLSearchParams(location.search));
  const skin = query.skin ?? facts.skin ?? 'video';
  const player = document.createElement(`otnet-${skin}`) as OTNetPlayer;
  player.setAttribute('keys', 'page');
  into.append(player);
  answer(player, skin);
  const config = await configOf(facts, { ...facts.options, ...query.options });
  await player.setup(config);
  return player;
}

function answer(player: OTNetPlayer, skin: string): void {
  const { engine } = player;
  const { video } = engine;
  // Nothing that is told is anybody's secret; a page that may not embed this one was refused by the server.
  const tell = <E extends EventName>(event: E, facts: Events[E]): void => {
    if (parent !== window) parent.postMessage({ otnet: VERSION, event, ...facts }, '*');
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
  const ready = (): void => tell('ready', { version: VERSION, skin, title: title(), duration: duration() });

  engine.addEventListener('config', ready);
  engine.addEventListener('state', () => tell('state', state()));
  engine.addEventListener('ended', () => tell('ended', { time: time() }));
  engine.addEventListener('error', () => {
    const { error } = engine;
    if (error) tell('error', { code: error.code, message: error.message, remedy: error.remedy });
  });
  video.addEventListener('playing', () => tell('play', { time: time() }));
  video.addEventListener('pause', () => tell('pause', { time: time() }));
  video.addEventListener('seeked', () => tell('seeked', { time: time() }));
  video.addEventListener('timeupdate', () => tell('time', { time: time(), duration: duration() }));
  video.addEventListener('volumechange', () => tell('volume', { volume: video.volume, muted: video.muted }));

  const act = async ({ command, value }: Asked): Promise<unknown> => {
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
    const asked = readCommand(event.data);
    if (asked === null) return;
    const reply = (facts: object): void =>
      parent.postMessage({ otnet: VERSION, event: 'result', ...facts }, { targetOrigin: event.origin });
    const id = (event.data as { id?: unknown }).id;
    if (typeof asked === 'string') return reply({ id, error: asked });
    if (id === 'hello') return engine.config ? ready() : undefined;
    act(asked).then(
      (value) => reply({ id, value }),
      (error: unknown) => reply({ id, error: String(error) }),
    );
  });
}
