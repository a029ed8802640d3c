/** Translates events of the media element, the page and the backend to calls of the engine. */
import type { BackendEvents } from './backend';
import type { OTNetEngine } from './engine';

export const backendEvents = (engine: OTNetEngine, signal: AbortSignal): BackendEvents => ({
  onTracksChanged: () => engine.emit('tracks'),
  onFault: (fault) => void engine.recovery.handleFault(fault, signal),
  onQualitySwitched: (from_kbps, to_kbps, height) => engine.meter?.onQualitySwitched(from_kbps, to_kbps, height),
});

export function bindMediaEvents(engine: OTNetEngine, signal: AbortSignal): void {
  const { video } = engine;
  let previousTime = 0;
  const listen = (types: string, listener: () => void): void =>
    types.split(' ').forEach((type) => video.addEventListener(type, listener, { signal }));

  listen('playing', () => {
    engine.playRequested = true;
    engine.transition('playing');
    engine.meter?.onPlaying();
    engine.withMediaSession((session) => session.activate(), true);
  });
  listen('waiting', () => {
    if (video.paused) return;
    engine.meter?.onStalled();
    if (engine.recovery.connectionLost && !video.seeking) engine.recovery.showOffline();
    else engine.transition('waiting');
  });
  listen('pause', () => {
    // A media element also fires `pause` at its end; `ended` handles that.
    if (video.ended || ['ended', 'failed', 'loading'].includes(engine.state)) return;
    engine.playRequested = false;
    engine.meter?.onPaused(engine.duration);
    engine.transition('pause');
  });
  listen('seeking', () => {
    previousTime = video.currentTime;
    engine.meter?.onSeeking();
  });
  listen('seeked', () => engine.state === 'ended' && engine.transition(video.paused ? 'pause' : 'playing'));
  listen('volumechange', () => !video.muted && engine.onUnmuted());
  listen('timeupdate ratechange', () => engine.withMediaSession((session) => session.update()));
  listen('timeupdate', () => {
    engine.onTimeAdvanced();
    if (video.paused || video.seeking) return;
    engine.meter?.onTimeUpdate(engine.duration);
    const end = engine.config?.end;
    const crosses = end != null && previousTime < end && video.currentTime >= end;
    previousTime = video.currentTime;
    if (!crosses) return;
    if (!engine.config?.loop) video.pause();
    engine.onEnded();
  });
  listen('ended', () => engine.onEnded());

  addEventListener('pagehide', () => engine.meter?.onExit(engine.duration), { signal });
  document.addEventListener('visibilitychange', () => document.hidden && engine.meter?.onPageHide(engine.duration), {
    signal,
  });
}
