/**
 * Native HLS of the browser as a backend, for iPhones without Media Source Extensions. The browser selects the
 * quality.
 */
import type { Backend, BackendContext } from './backend';
import { type Fault, faultFromStatus } from './faults';
import type { Source } from './source';
import type { Audio, Live, Quality, Text } from './types';

interface NativeAudio {
  id: string;
  label: string;
  language: string;
  enabled: boolean;
}
type WithAudio = HTMLMediaElement & { audioTracks?: EventTarget & ArrayLike<NativeAudio> };

/** For the media element's own error (MediaError). */
export function faultFromMediaError(error: { code: number } | null): Fault {
  const codes: Record<number, string> = { 2: 'network', 3: 'decode', 4: 'unsupported' };
  const code = codes[error?.code ?? 0] ?? 'player';
  return {
    code,
    detail: `media ${error?.code ?? 0}`,
    category: 'media',
    retryable: code === 'network',
  };
}

export class NativeBackend implements Backend {
  readonly name = 'native hls';
  #lifetime = new AbortController();
  #source: Source | null = null;

  #context: BackendContext;
  constructor(context: BackendContext) {
    this.#context = context;

    const { video, events } = context;
    const { signal } = this.#lifetime;
    video.addEventListener('error', () => void this.#diagnose().then(events.onFault), { signal });
    for (const list of [video.textTracks, (video as WithAudio).audioTracks]) {
      for (const type of ['addtrack', 'removetrack', 'change'])
        list?.addEventListener(type, events.onTracksChanged, { signal });
    }
    for (const { src, language, label, kind } of context.config.captions ?? []) {
      const track = Object.assign(document.createElement('track'), {
        src,
        srclang: language,
        label: label ?? language,
        kind: kind ?? 'subtitles',
      });
      video.append(track);
    }
  }

  async load(source: Source, startTime: number | null): Promise<void> {
    const { video, currentUrl } = this.#context;
    this.#source = source;
    const url = await currentUrl(source.url);
    return new Promise((resolve, reject) => {
      const { signal } = this.#lifetime;
      video.addEventListener(
        'loadedmetadata',
        () => {
          if (startTime) video.currentTime = startTime;
          resolve();
        },
        { once: true, signal },
      );
      video.addEventListener('error', () => void this.#diagnose().then(reject), { once: true, signal });
      video.src = url;
      video.load();
    });
  }

  destroy(): Promise<void> {
    const { video } = this.#context;
    this.#lifetime.abort();
    video.querySelectorAll('track').forEach((track) => track.remove());
    video.removeAttribute('src');
    video.load();
    return Promise.resolve();
  }

  retryStreaming(): void {
    const source = this.#source;
    const { video } = this.#context;
    // Loading pauses the media element.
    const wasPlaying = !video.paused;
    const resume = (): unknown => wasPlaying && video.play();
    if (source)
      void this.load(source, video.currentTime)
        .then(resume)
        .catch(() => undefined);
  }

  /** The media element does not report HTTP statuses: "unsupported" may be an error response of the server. */
  async #diagnose(): Promise<Fault> {
    const url = await this.#context.currentUrl(this.#source?.url ?? '');
    const fault = faultFromMediaError(this.#context.video.error);
    if (fault.code !== 'unsupported') return fault;
    const response = await fetch(url, { method: 'HEAD', headers: this.#context.headers(url) }).catch(() => null);
    return response && !response.ok ? faultFromStatus(response.status, Object.fromEntries(response.headers)) : fault;
  }

  qualities(): Quality[] {
    return [];
  }

  setQuality(): void {
    /** the browser selects the quality */
  }

  #nativeAudios(): NativeAudio[] {
    return Array.from((this.#context.video as WithAudio).audioTracks ?? []);
  }

  audios(): Audio[] {
    return this.#nativeAudios().map((t, i) => ({
      id: String(i),
      language: t.language,
      label: t.label || t.language,
      channels: null,
      active: t.enabled,
    }));
  }

  setAudio(id: string): void {
    this.#nativeAudios().forEach((track, i) => (track.enabled = String(i) === id));
  }

  #nativeTexts(): TextTrack[] {
    return Array.from(this.#context.video.textTracks).filter((t) => t.kind === 'subtitles' || t.kind === 'captions');
  }

  texts(): Text[] {
    return this.#nativeTexts().map((t, i) => ({
      id: String(i),
      language: t.language,
      label: t.label || t.language,
      kind: t.kind as Text['kind'],
      active: t.mode === 'showing',
    }));
  }

  setText(id: string | null): void {
    this.#nativeTexts().forEach((track, i) => (track.mode = String(i) === id ? 'showing' : 'disabled'));
  }

  setSpeed(speed: number): void {
    this.#context.video.playbackRate = speed;
  }

  live(): Live {
    const { video, config } = this.#context;
    const { length } = video.seekable;
    const start = length ? video.seekable.start(0) : 0;
    const edge = length ? video.seekable.end(length - 1) : 0;
    const isLive = config.live ?? (video.duration === Infinity && !config.growing);
    return { isLive, start, edge, latency: isLive ? Math.max(0, edge - video.currentTime) : 0 };
  }

  goLive(): void {
    this.#context.video.currentTime = this.live().edge;
  }
}
