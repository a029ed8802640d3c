/**
 * Shaka Player as a backend.
 *
 * A title can be watched while it is being encoded: a part nobody has made yet is answered late (up to a minute) or
 * with 503. So requests wait longer than Shaka's defaults, and the buffer is small enough not to drag the whole title
 * through the encoder. What still fails is told to the engine, which decides when to ask again.
 */
import type shaka from 'shaka-player/dist/shaka-player.compiled-es2021.js';
import type { Backend, Setting } from './backend';
import { ofShaka, type ShakaError } from './faults';
import { type Shaka, shakaLibrary } from './shaka-library';
import type { Source } from './source';
import type { Audio, Live, Quality, Text } from './types';

const PATIENT: shaka.extern.RetryParameters = {
  timeout: 70_000,
  stallTimeout: 70_000,
  connectionTimeout: 70_000,
  maxAttempts: 4,
  baseDelay: 1000,
  backoffFactor: 2,
  fuzzFactor: 0.3,
};

const kbps = (bits: number): number => Math.round(bits / 1000);
const qualityId = (t: shaka.extern.VideoTrack): string => `${t.height ?? 0}-${kbps(t.bandwidth)}`;
const named = (label: string | null, language: string): string => label || (language === 'und' ? '' : language);

export class ShakaBackend implements Backend {
  readonly name: string;
  #loaded = false;
  #heard: [string, (event: Event) => void][] = [];

  private constructor(
    private library: Shaka,
    private player: shaka.Player,
    private given: Setting,
  ) {
    this.name = `shaka ${library.Player.version.replace(/^v|-.*/g, '')}`;
    this.#configure();
    this.#listen();
  }

  static async create(given: Setting): Promise<ShakaBackend> {
    const library = await shakaLibrary();
    const player = new library.Player();
    if (given.options.captions) player.setVideoContainer(given.options.captions);
    await player.attach(given.video);
    return new ShakaBackend(library, player, given);
  }

  #configure(): void {
    const { config, session, measured } = this.given;
    const { servers = {}, token, certificate } = config.drm ?? {};
    const fairplay = certificate ? { 'com.apple.fps': { serverCertificateUri: certificate } } : {};
    const manifest = config.sources.dash ?? config.sources.hls ?? '';
    this.player.configure({
      manifest: { retryParameters: PATIENT },
      streaming: {
        retryParameters: PATIENT,
        bufferingGoal: 20,
        bufferBehind: 30,
        // All renditions of a part are made together: another one would not be there sooner.
        maxDisabledTime: 0,
        failureCallback: (error: shaka.util.Error) => void error,
      },
      drm: { servers, advanced: fairplay, retryParameters: PATIENT },
      abr: { restrictToElementSize: true },
      cmcd: {
        enabled: measured,
        sessionId: session,
        contentId: config.id ?? '',
        // Headers leave a segment's address, and so the cache, alone; another origin would have to be asked first.
        useHeaders: new URL(manifest, location.href).origin === location.origin,
      },
    });
    const { LICENSE } = this.library.net.NetworkingEngine.RequestType;
    const network = this.player.getNetworkingEngine();
    // Without a connection the engine waits for one; and a refusal stays one, however often it is asked for. Only what
    // is live may lack now what it has soon.
    network?.addEventListener('retry', (event) => {
      const fault = ofShaka((event as Event & { error: ShakaError }).error);
      const final = fault && !fault.again && !this.player.isLive();
      if (final || !navigator.onLine) event.preventDefault();
    });
    network?.registerRequestFilter(async (type, request) => {
      Object.assign(request.headers, this.given.headers(request.uris[0] ?? ''));
      if (type !== LICENSE) return;
      if (token) request.headers.Authorization = `Bearer ${token}`;
      const asked = { url: request.uris[0] ?? '', headers: request.headers, body: request.body };
      await this.given.options.licence?.(asked, config);
      request.uris = [asked.url];
      request.headers = asked.headers;
      request.body = asked.body;
    });
  }

  #listen(): void {
    const { outlets } = this.given;
    const hear = (type: string, call: (event: Event) => void): void => {
      this.player.addEventListener(type, call);
      this.#heard.push([type, call]);
    };
    hear('error', (event) => {
      const fault = ofShaka((event as CustomEvent<ShakaError>).detail);
      if (fault) outlets.fault(fault);
    });
    for (const type of ['trackschanged', 'texttrackvisibility', 'textchanged', 'audiotrackschanged', 'loaded']) {
      hear(type, outlets.tracks);
    }
    for (const type of ['adaptation', 'variantchanged']) {
      hear(type, (event) => {
        const { oldTrack, newTrack } = event as Event & Record<'oldTrack' | 'newTrack', shaka.extern.Track | null>;
        if (oldTrack && newTrack)
          outlets.switched(kbps(oldTrack.bandwidth), kbps(newTrack.bandwidth), newTrack.height ?? 0);
        outlets.tracks();
      });
    }
  }

  async load(source: Source, startTime: number | null): Promise<void> {
    const { config } = this.given;
    try {
      // A timeline that still grows looks live; a film begins at its beginning all the same.
      await this.player.load(source.url, startTime ?? (config.growing && !config.live ? 0 : null));
    } catch (error) {
      throw ofShaka(error as ShakaError) ?? error;
    }
    this.#loaded = true;
    for (const { src, language, kind = 'subtitles', label } of config.captions ?? []) {
      // Comfort only: the title plays without.
      await this.player
        .addTextTrackAsync(src, language, kind, 'text/vtt', undefined, label ?? language)
        .catch(() => null);
    }
  }

  async destroy(): Promise<void> {
    for (const [type, call] of this.#heard) this.player.removeEventListener(type, call);
    await this.player.destroy();
  }

  again(): void {
    this.player.retryStreaming(0.1);
  }

  qualities(): Quality[] {
    const found = new Map<string, Quality>();
    for (const t of this.player.getVideoTracks()) {
      const id = qualityId(t);
      const quality = { id, width: t.width ?? 0, height: t.height ?? 0, kbps: kbps(t.bandwidth), active: t.active };
      if (quality.height && !found.get(id)?.active) found.set(id, quality);
    }
    return [...found.values()].sort((a, b) => b.height - a.height || b.kbps - a.kbps);
  }

  setQuality(id: string): void {
    const track = this.player.getVideoTracks().find((t) => qualityId(t) === id);
    this.player.configure('abr.enabled', !track);
    if (track && !track.active) this.player.selectVideoTrack(track, true, 1);
  }

  audios(): Audio[] {
    return this.player.getAudioTracks().map((t, i) => ({
      id: String(i),
      language: t.language,
      label: named(t.label, t.language),
      channels: t.channelsCount,
      active: t.active,
    }));
  }

  setAudio(id: string): void {
    const track = this.player.getAudioTracks()[Number(id)];
    if (track) this.player.selectAudioTrack(track);
  }

  texts(): Text[] {
    return this.player
      .getTextTracks()
      .filter((t) => !t.forced)
      .map((t) => ({
        id: String(t.id),
        language: t.language,
        label: named(t.label, t.language),
        active: t.active,
        kind: t.kind === 'caption' || t.kind === 'captions' ? 'captions' : 'subtitles',
      }));
  }

  setText(id: string | null): void {
    this.player.selectTextTrack(this.player.getTextTracks().find((t) => String(t.id) === id) ?? null);
  }

  /** Shaka stops the clock itself while it buffers, and would forget a speed that it was not told of. */
  setSpeed(speed: number): void {
    if (this.#loaded) this.player.trickPlay(speed, false);
    else this.given.video.playbackRate = speed;
  }

  live(): Live {
    const { start, end } = this.player.seekRange();
    const isLive = this.given.config.live ?? (this.player.isLive() && !this.given.config.growing);
    return { isLive, start, edge: end, latency: isLive ? Math.max(0, end - this.given.video.currentTime) : 0 };
  }

  goLive(): void {
    this.player.goToLive();
  }
}
