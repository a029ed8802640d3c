// Loads the player engine on first use and attaches it to the <video> behind the canvas. Only one engine uses the
// element at a time: the next one waits for the teardown of the last.
import { session } from '../session';
import { language } from '../i18n/index';
import type { CreateEngine, Engine, EngineOptions } from './types';

let teardown: Promise<void> = Promise.resolve();

const testEngine = (): CreateEngine | undefined =>
  new URLSearchParams(location.search).get('test') === '1'
    ? (window as { __otnetEngine?: CreateEngine }).__otnetEngine
    : undefined;

export async function openEngine(options: Pick<EngineOptions, 'fetchConfig'> = {}): Promise<Engine> {
  const create = testEngine() ?? ((await import('@otnet/player/engine')).createEngine as unknown as CreateEngine);
  await teardown;
  const video = document.getElementById('picture') as HTMLVideoElement;
  // The element is reused: reset the playback rate.
  video.defaultPlaybackRate = 1;
  return create(video, { headers: () => session.client.headers(), skin: 'tv', language: language(), ...options });
}

export function closeEngine(engine: Engine): void {
  teardown = engine.destroy().catch(() => undefined);
}
