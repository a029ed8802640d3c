/**
 * Shaka Player with its own controls, dressed by styles/player.css. Loaded when there is something to play.
 *
 * A title can be watched while it is being encoded: a segment nobody has made yet is answered late (up to 25 s) or
 * with 503. The player therefore waits far longer than Shaka's defaults, tries again more often, and keeps a small
 * buffer, so that it does not drag the whole title through the encoder.
 */
import shaka from 'shaka-player/dist/shaka-player.ui-es2021.js';
import 'shaka-player/dist/controls.css';
import '../styles/player.css';
import type { Chapter, Media } from '../api';
import { bars } from '../dom';
import { toVtt } from './chapters';

declare global {
  interface Window {
    /** The running player, for tests and the curious. */
    otnetPlayer?: shaka.Player;
  }
}

const PATIENT: shaka.extern.RetryParameters = {
  timeout: 40_000, stallTimeout: 30_000, connectionTimeout: 30_000,
  maxAttempts: 8, baseDelay: 1000, backoffFactor: 1.5, fuzzFactor: 0.3,
};

export interface Player {
  /** Resolves when the title is loaded; rejects with a shaka.util.Error. */
  load(media: Media, startTime: number | null): Promise<void>;
  play(): void;
  /** Takes it off the page and lets go of its buffers. */
  destroy(): Promise<void>;
  seek(seconds: number): void;
  position(): number;
  /** Height of the picture that plays now, for the ladder. */
  playingHeight(): number | null;
  on(event: 'fault', call: (error: shaka.util.Error) => void): void;
  /** `refused`: the browser wants a click before it plays with sound. */
  on(event: 'time' | 'quality' | 'refused', call: () => void): void;
}

/** `windowKeys: false` where the page has other uses for its keys: then only the player's own focus hears them. */
export async function create(container: HTMLElement, video: HTMLVideoElement, { windowKeys = true } = {}): Promise<Player> {
  shaka.polyfill.installAll();
  const player = new shaka.Player();
  await player.attach(video);
  window.otnetPlayer = player;

  player.configure({
    // A manifest waits for nothing that is still to be made, so one that fails may say so sooner.
    manifest: { retryParameters: { ...PATIENT, maxAttempts: 5 } },
    streaming: { retryParameters: PATIENT, rebufferingGoal: 1, bufferingGoal: 20, bufferBehind: 30 },
    abr: { restrictToElementSize: true },
  });
  const overlay = new shaka.ui.Overlay(player, container, video);
  overlay.configure({
    controlPanelElements: ['play_pause', 'mute_volume', 'time_and_duration', 'spacer', 'captions', 'language', 'quality',
      'playback_rate', 'picture_in_picture', 'fullscreen'],
    topControlPanelElements: [],
    bigButtons: [],
    playbackRates: [0.5, 0.75, 1, 1.25, 1.5, 2],
    qualityMarks: { 720: '', 1080: '', 1440: '', 2160: '', 4320: '' },
    seekBarColors: { base: 'rgba(255,255,255,0.24)', buffered: 'rgba(255,255,255,0.42)', played: getComputedStyle(container).getPropertyValue('--accent'), chapters: 'rgba(0,0,0,0.8)' },
    volumeBarColors: { base: 'rgba(255,255,255,0.3)', level: '#fff' },
    // Rest parameters: Shaka compares the length of the function with its own, which its compiler made 0.
    customTrackLabel: (...[words, track]: [string | null, { label?: string | null }, ...unknown[]]) =>
      track.label && track.label !== words ? [words, track.label].filter(Boolean).join(' · ') : '',
    showAudioCodec: false,
    showVideoCodec: false,
    // The keys people know: k or space, j and l, arrows, m, f, c, digits.
    enableKeyboardPlaybackControlsInWindow: windowKeys,
    keyboardSeekDistance: 5,
    keyboardLargeSeekDistance: 10,
    shortcuts: { large_rewind: 'j', large_fast_forward: 'l', take_screenshot: '' },
    customContextMenu: false,
    showBufferingSpinner: false,
    castSenderUrl: '',
    castReceiverAppId: '',
  });

  const calls = { fault: [] as ((e: shaka.util.Error) => void)[], time: [] as (() => void)[], quality: [] as (() => void)[], refused: [] as (() => void)[] };
  player.addEventListener('error', (event: Event) => {
    const error = (event as Event & { detail?: shaka.util.Error }).detail;
    if (error && error.severity === shaka.util.Error.Severity.CRITICAL) calls.fault.forEach((call) => call(error));
  });
  for (const name of ['adaptation', 'variantchanged', 'loaded']) {
    player.addEventListener(name, () => calls.quality.forEach((call) => call()));
  }
  video.addEventListener('timeupdate', () => calls.time.forEach((call) => call()));

  function play(): void {
    video.play().catch((error: DOMException) => error.name === 'NotAllowedError' && calls.refused.forEach((call) => call()));
  }

  // Waiting looks like waiting everywhere: the seven bars, from before the first segment on.
  container.append(bars('bars-wide loading'));
  const busy = () => container.classList.toggle('busy', video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || player.isBuffering());
  player.addEventListener('buffering', busy);
  for (const name of ['loadeddata', 'canplay', 'playing']) video.addEventListener(name, busy);

  async function addChapters(chapters: Chapter[]): Promise<void> {
    if (chapters.length === 0 || player.getChaptersTracks().length > 0) return;
    const vtt = btoa(String.fromCharCode(...new TextEncoder().encode(toVtt(chapters))));
    await player.addChaptersTrack(`data:text/vtt;base64,${vtt}`, 'und', 'text/vtt');
  }

  async function addThumbnails(url: string | null): Promise<void> {
    if (url && player.getImageTracks().length === 0) await player.addThumbnailsTrack(new URL(url, location.href).href, 'text/vtt');
  }

  async function load(media: Media, startTime: number | null): Promise<void> {
    if (!media.playback) throw new Error('nothing to play');
    // Without MSE (old iPhones) the browser plays HLS itself.
    const mse = 'MediaSource' in window || 'ManagedMediaSource' in window;
    // A timeline that still grows looks live; a film begins at its beginning all the same.
    const from = startTime ?? (media.playback.growing ? 0 : null);
    await player.load(mse ? media.playback.dash : media.playback.hls, from);
    busy();
    // Comfort only: the title plays without either.
    void addChapters(media.chapters).catch(() => undefined);
    void addThumbnails(media.playback.thumbnails).catch(() => undefined);
  }

  return {
    load,
    play,
    destroy: async () => void (await overlay.destroy()),
    seek: (seconds) => {
      const go = () => {
        video.currentTime = seconds;
        play();
      };
      // Before the first data the player would put its own start over ours.
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) go();
      else video.addEventListener('loadeddata', go, { once: true });
    },
    position: () => video.currentTime,
    playingHeight: () => player.getVariantTracks().find((track) => track.active)?.height ?? null,
    on: (event: keyof typeof calls, call: (error: shaka.util.Error) => void) => void (calls[event] as typeof calls.fault).push(call),
  };
}
