/** The media element's and the page's events, as the engine's signals. */
import type { OTNetEngine } from './engine';

export function watch(engine: OTNetEngine, signal: AbortSignal): void {
  const { video } = engine;
  let before = 0;
  const on = (types: string, call: () => void): void =>
    types.split(' ').forEach((type) => video.addEventListener(type, call, { signal }));

  on('playing', () => {
    engine.wants = true;
    engine.signal('flow');
    engine.meter?.flows();
    engine.media((session) => session.take(), true);
  });
  on('waiting', () => {
    if (video.paused) return;
    engine.meter?.stands();
    if (engine.recovery.cut && !video.seeking) engine.recovery.offline();
    else engine.signal('wait');
  });
  on('pause', () => {
    // A media element pauses at its end, too: that is told by `ended`.
    if (video.ended || ['ended', 'failed', 'loading'].includes(engine.state)) return;
    engine.wants = false;
    engine.meter?.pauses(engine.duration);
    engine.signal('pause');
  });
  on('seeking', () => {
    before = video.currentTime;
    engine.meter?.seeks();
  });
  on('seeked', () => engine.state === 'ended' && engine.signal(video.paused ? 'pause' : 'flow'));
  on('volumechange', () => !video.muted && engine.heard());
  on('timeupdate ratechange', () => engine.media((session) => session.show()));
  on('timeupdate', () => {
    engine.advances();
    if (video.paused || video.seeking) return;
    engine.meter?.at(engine.duration);
    const end = engine.config?.end;
    const crosses = end != null && before < end && video.currentTime >= end;
    before = video.currentTime;
    if (!crosses) return;
    if (!engine.config?.loop) video.pause();
    engine.finish();
  });
  on('ended', () => engine.finish());

  const leave = (): void => engine.meter?.leaves(engine.duration);
  addEventListener('pagehide', leave, { signal });
  document.addEventListener('visibilitychange', () => document.hidden && leave(), { signal });
}
