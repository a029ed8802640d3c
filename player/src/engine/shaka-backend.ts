/**
 * Shaka Player as a backend.
 *
 * A title can be watched while it is being encoded: a segment that is not encoded yet is answered late (up to a
 * minute) or with 503. Request time-outs are therefore longer than Shaka's defaults, and the buffer is short, so that
 * playback does not pull the whole title through the encoder. Remaining failures are reported to the engine, which
 * decides on retries.
 */
import type shaka from 'shaka-player/dist/shaka-player.compiled-es2021.js';
import type { PlayerConfig } from '../config/config';
import type { Backend, BackendContext } from './backend';
import { faultFromShaka, type ShakaError } from './faults';
import { type Shaka, shakaLibrary } from './shaka-library';
import type { Source } from './source';
import type { Audio, Live, Quality, Text } from './types';

const RETRY_PARAMETERS: shaka.extern.RetryParameters = {
  timeout: 70_000,
  stallTimeout: 70_000,
  connectionTimeout: 70_000,
  maxAttempts: 4,
  baseDelay: 1000,
  backoffFactor: 2,
  fuzzFactor: 0.3,
};

/** shaka.util.Error.Category */
const DRM = 6;
const kbps = (bits: number): number => Math.round(bits / 1000);
const qualityId = (t: shaka.extern.VideoTrack): string => `${t.height ?? 0}-${kbps(t.bandwidth)}`;
const labelOrLanguage = (label: string | null, language: string): string =>
  label || (language === 'und' ? '' : language);

/** The key id in the address of a FairPlay key, such as skd://<32 hexadecimal digits>. */
const keyIdIn = (data: Uint8Array | null): string | undefined =>
  /[\da-f]{32}/i.exec(new TextDecoder().decode(data ?? undefined).replace(/\0/g, ''))?.[0];

/** What Shaka Player calls the advanced configuration of key systems. Pure. */
export function advancedDrm({ drm }: PlayerConfig): Record<string, object> {
  const advanced: Record<string, object> = {};
  for (const [name, { video, audio }] of Object.entries(drm?.robustness ?? {}))
    advanced[name] = { videoRobustness: video, audioRobustness: audio };
  if (drm?.certificate) advanced['com.apple.fps'] = { serverCertificateUri: drm.certificate };
  return advanced;
}

export class ShakaBackend implements Backend {
  readonly name: string;
  #loaded = false;
  #licenceFailed = false;
  #listeners: [string, (event: Event) => void][] = [];

  #library: Shaka;
  #player: shaka.Player;
  #context: BackendContext;
  private constructor(library: Shaka, player: shaka.Player, context: BackendContext) {
    this.#library = library;
    this.#player = player;
    this.#context = context;

    this.name = `shaka ${library.Player.version.replace(/^v|-.*/g, '')}`;
    this.#configure();
    this.#addListeners();
  }

  static async create(context: BackendContext): Promise<ShakaBackend> {
    const library = await shakaLibrary();
    const player = new library.Player();
    if (context.options.captions) player.setVideoContainer(context.options.captions);
    await player.attach(context.video);
    return new ShakaBackend(library, player, context);
  }

  #configure(): void {
    const { config, sessionId, telemetryAllowed } = this.#context;
    const { servers = {} } = config.drm ?? {};
    const manifest = config.sources.dash ?? config.sources.hls ?? '';
    this.#player.configure({
      manifest: { retryParameters: RETRY_PARAMETERS },
      streaming: {
        retryParameters: RETRY_PARAMETERS,
        bufferingGoal: 20,
        bufferBehind: 30,
        // All renditions of a segment are encoded together: switching to another one does not help.
        maxDisabledTime: 0,
        failureCallback: (error: shaka.util.Error) => void error,
      },
      drm: { servers, advanced: advancedDrm(config), retryParameters: RETRY_PARAMETERS },
      abr: { restrictToElementSize: true },
      cmcd: {
        enabled: telemetryAllowed,
        sessionId,
        contentId: config.id ?? '',
        // CMCD in headers keeps segment URLs cacheable. Cross-origin it would need a preflight request, so the query
        // is used.
        useHeaders: new URL(manifest, location.href).origin === location.origin,
      },
    });
    const { LICENSE, KEY, SERVER_CERTIFICATE } = this.#library.net.NetworkingEngine.RequestType;
    const licenceOrigins = Object.values(servers).map((url) => new URL(url, location.href).origin);
    const network = this.#player.getNetworkingEngine();
    // Stop Shaka's own retries while offline, when the engine waits for the connection, and after a final error
    // status, unless the programme is live, where a missing segment may appear.
    network?.addEventListener('retry', (event) => {
      const fault = faultFromShaka((event as Event & { error: ShakaError }).error);
      const final = fault && !fault.retryable && !this.#player.isLive();
      if (final || !navigator.onLine) event.preventDefault();
    });
    network?.registerRequestFilter(async (type, request) => {
      request.uris = await Promise.all(request.uris.map(this.#context.currentUrl));
      Object.assign(request.headers, this.#context.headers(request.uris[0] ?? ''));
      if (type !== LICENSE && type !== KEY && type !== SERVER_CERTIFICATE) return;
      // A manifest may name the keys of another server, which must not get the token.
      const isOwn = licenceOrigins.includes(new URL(request.uris[0] ?? '', location.href).origin);
      if (isOwn) await this.#context.authorize(request, config);
      if (type !== LICENSE) return;
      const keyId = request.initDataType === 'skd' && keyIdIn(request.initData);
      if (keyId) request.headers['X-OTNet-Key-Id'] = keyId;
      const licenceRequest = { url: request.uris[0] ?? '', headers: request.headers, body: request.body };
      await this.#context.options.licence?.(licenceRequest, config);
      request.uris = [licenceRequest.url];
      request.headers = licenceRequest.headers;
      request.body = licenceRequest.body;
    });
  }

  #addListeners(): void {
    const { events } = this.#context;
    const listen = (type: string, call: (event: Event) => void): void => {
      this.#player.addEventListener(type, call);
      this.#listeners.push([type, call]);
    };
    listen('error', (event) => {
      const { detail } = event as CustomEvent<ShakaError>;
      const fault = faultFromShaka(detail);
      this.#licenceFailed ||= detail.category === DRM;
      if (fault) events.onFault(fault);
    });
    for (const type of ['trackschanged', 'texttrackvisibility', 'textchanged', 'audiotrackschanged', 'loaded']) {
      listen(type, events.onTracksChanged);
    }
    for (const type of ['adaptation', 'variantchanged']) {
      listen(type, (event) => {
        const { oldTrack, newTrack } = event as Event & Record<'oldTrack' | 'newTrack', shaka.extern.Track | null>;
        if (oldTrack && newTrack)
          events.onQualitySwitched(kbps(oldTrack.bandwidth), kbps(newTrack.bandwidth), newTrack.height ?? 0);
        events.onTracksChanged();
      });
    }
  }

  async load(source: Source, startTime: number | null): Promise<void> {
    const { config } = this.#context;
    try {
      // A growing timeline looks live to Shaka; a film still starts at its beginning.
      await this.#player.load(source.url, startTime ?? (config.growing && !config.live ? 0 : null));
    } catch (error) {
      throw faultFromShaka(error as ShakaError) ?? error;
    }
    this.#loaded = true;
    for (const { src, language, kind = 'subtitles', label } of config.captions ?? []) {
      // Optional: the title plays without them.
      await this.#player
        .addTextTrackAsync(src, language, kind, 'text/vtt', undefined, label ?? language)
        .catch(() => null);
    }
  }

  async destroy(): Promise<void> {
    for (const [type, call] of this.#listeners) this.#player.removeEventListener(type, call);
    await this.#player.destroy();
  }

  retryStreaming(): void {
    if (this.#licenceFailed) {
      this.#licenceFailed = false;
      for (const session of this.#player.getActiveSessionsMetadata()) void this.#player.retryLicensing(session);
    }
    this.#player.retryStreaming(0.1);
  }

  qualities(): Quality[] {
    const qualities = new Map<string, Quality>();
    for (const t of this.#player.getVideoTracks()) {
      const id = qualityId(t);
      const quality = { id, width: t.width ?? 0, height: t.height ?? 0, kbps: kbps(t.bandwidth), active: t.active };
      if (quality.height && !qualities.get(id)?.active) qualities.set(id, quality);
    }
    return [...qualities.values()].sort((a, b) => b.height - a.height || b.kbps - a.kbps);
  }

  setQuality(id: string): void {
    const track = this.#player.getVideoTracks().find((t) => qualityId(t) === id);
    this.#player.configure('abr.enabled', !track);
    if (track && !track.active) this.#player.selectVideoTrack(track, true, 1);
  }

  audios(): Audio[] {
    return this.#player.getAudioTracks().map((t, i) => ({
      id: String(i),
      language: t.language,
      label: labelOrLanguage(t.label, t.language),
      channels: t.channelsCount,
      active: t.active,
    }));
  }

  setAudio(id: string): void {
    const track = this.#player.getAudioTracks()[Number(id)];
    if (track) this.#player.selectAudioTrack(track);
  }

  texts(): Text[] {
    return this.#player
      .getTextTracks()
      .filter((t) => !t.forced)
      .map((t) => ({
        id: String(t.id),
        language: t.language,
        label: labelOrLanguage(t.label, t.language),
        active: t.active,
        kind: t.kind?.startsWith('caption') ? 'captions' : 'subtitles',
        default: t.primary,
      }));
  }

  setText(id: string | null): void {
    this.#player.selectTextTrack(this.#player.getTextTracks().find((t) => String(t.id) === id) ?? null);
  }

  /** Shaka sets the playback rate to 0 while it buffers and restores only a rate set through its own API. */
  setSpeed(speed: number): void {
    if (this.#loaded) this.#player.trickPlay(speed, false);
    else this.#context.video.playbackRate = speed;
  }

  live(): Live {
    const { start, end } = this.#player.seekRange();
    const isLive = this.#context.config.live ?? (this.#player.isLive() && !this.#context.config.growing);
    return { isLive, start, edge: end, latency: isLive ? Math.max(0, end - this.#context.video.currentTime) : 0 };
  }

  goLive(): void {
    this.#player.goToLive();
  }
}
