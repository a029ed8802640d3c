// The engine that plays everywhere else plays here too, in the <video> behind the canvas. It is fetched when the first
// film is opened, and there is one at a time: the next waits until the last has let go of the element.
import { session } from '../session';
import { language } from '../i18n/index';
import type { CreateEngine, Engine } from './types';

let teardown: Promise<void> = Promise.resolve();

const testEngine = (): CreateEngine | undefined =>
  new URLSearchParams(location.search).get('test') === '1'
    ? (window as { __otnetEngine?: CreateEngine }).__otnetEngine
    : undefined;

export async function openEngine(): Promise<Engine> {
  const create = testEngine() ?? ((await import('@otnet/player/engine')).createEngine as unknown as CreateEngine);
  await teardown;
  const video = document.getElementById('picture') as HTMLVideoElement;
  // The element outlives the film; the speed does not.
  video.defaultPlaybackRate = 1;
  return create(video, { headers: () => session.client.headers(), skin: 'tv', language: language() });
}

export function closeEngine(engine: Engine): void {
  teardown = engine.destroy().catch(() => undefined);
}
