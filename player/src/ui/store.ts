/**
 * A media-chrome store whose state comes from the engine instead of the media element. Volume, full screen and remote
 * playback remain media-chrome's own.
 */
import { createMediaStore, type MediaStore } from 'media-chrome/dist/media-store/media-store.js';
import { requestMap } from 'media-chrome/dist/media-store/request-map.js';
import { type StateMediator, stateMediator } from 'media-chrome/dist/media-store/state-mediator.js';
import { chapterSpans } from '../engine/chapters';
import type { Engine, Text } from '../engine/types';
import type { Pip } from './pip';

type Update = (event?: Event) => void;
type Track = { kind: string; label: string; language: string };

const LOADING = ['loading', 'buffering', 'offline'];
/** A shorter DVR window is not offered for seeking. */
const SHORTEST_DVR_S = 60;

const asTrack = ({ kind, label, language }: Text): Track => ({ kind, label, language });

/** Finds a text track by media-chrome's reference: "cc:language:label", a track, or a list of either. Pure. */
export function findTextTrack(texts: readonly Text[], requested: unknown): Text | undefined {
  const requestedTrack = (Array.isArray(requested) ? requested[0] : requested) as string | Partial<Track> | undefined;
  if (typeof requestedTrack !== 'string')
    return texts.find((t) => t.label === requestedTrack?.label && t.language === requestedTrack?.language);
  const [kind, rest] = requestedTrack.startsWith('cc:')
    ? ['captions', requestedTrack.slice(3)]
    : ['subtitles', requestedTrack.replace(/^sb:/, '')];
  const [language = '', label = ''] = rest.split(':').map((s) => decodeURIComponent(s));
  return texts.find((t) => t.kind === kind && t.language === language && (!label || t.label === label));
}

export function createStore(engine: Engine, controller: HTMLElement, pip: Pip, language: string): MediaStore {
  const refreshOn = (...types: string[]) => ({
    stateOwnersUpdateHandlers: [
      (update: Update) => {
        types.forEach((type) => engine.addEventListener(type, update));
        return () => types.forEach((type) => engine.removeEventListener(type, update));
      },
    ],
  });
  const extend = <K extends keyof StateMediator>(key: K, more: object): object => ({ ...stateMediator[key], ...more });
  const seekable = (): [number, number] | undefined => {
    const { isLive, start, edge } = engine.live;
    if (isLive || Number.isNaN(engine.duration)) return edge > start ? [start, edge] : undefined;
    return [0, engine.duration];
  };
  const activeTexts = (): Text[] => engine.texts().filter((t) => t.active);
  // media-chrome disables captions when a controller is disconnected; that is not the viewer's choice.
  const disableCaptions = (): void => void (controller.isConnected && engine.setText(null));
  const enableCaptions = (): void => {
    const texts = engine.texts();
    const preferred = texts.find((t) => navigator.languages.some((l) => l.split('-')[0] === t.language.split('-')[0]));
    engine.setText((preferred ?? texts[0])?.id ?? null);
  };

  const mediator = {
    ...stateMediator,
    mediaPaused: extend('mediaPaused', {
      get: () => engine.paused,
      set: (pause: boolean) => (pause ? engine.pause() : void engine.play()),
      ...refreshOn('state', 'blocked'),
    }),
    mediaLoading: extend('mediaLoading', { get: () => LOADING.includes(engine.state), ...refreshOn('state') }),
    mediaEnded: extend('mediaEnded', { get: () => engine.state === 'ended', ...refreshOn('state') }),
    mediaDuration: extend('mediaDuration', { get: () => engine.duration, ...refreshOn('config', 'tracks') }),
    mediaSeekable: extend('mediaSeekable', { get: seekable, ...refreshOn('config', 'tracks') }),
    mediaCurrentTime: extend('mediaCurrentTime', { set: (to: number) => engine.seek(to) }),
    mediaPlaybackRate: extend('mediaPlaybackRate', {
      get: () => engine.speed,
      set: (speed: number) => engine.setSpeed(Number(speed)),
      ...refreshOn('state', 'config'),
    }),
    mediaStreamType: extend('mediaStreamType', {
      get: () => (engine.live.isLive ? 'live' : 'on-demand'),
      ...refreshOn('config', 'tracks'),
    }),
    mediaTargetLiveWindow: extend('mediaTargetLiveWindow', {
      get: () => {
        const { isLive, start, edge } = engine.live;
        return !isLive ? Number.NaN : edge - start > SHORTEST_DVR_S || engine.config?.dvr_s ? Infinity : 0;
      },
      ...refreshOn('config', 'tracks'),
    }),
    mediaTimeIsLive: extend('mediaTimeIsLive', {
      get: () => engine.live.isLive && engine.live.latency < 15,
      ...refreshOn('state'),
    }),
    mediaSubtitlesList: { get: () => engine.texts().map(asTrack), ...refreshOn('tracks') },
    mediaSubtitlesShowing: { get: () => activeTexts().map(asTrack), ...refreshOn('tracks') },
    mediaChaptersCues: {
      get: () => {
        const duration = engine.duration;
        if (!Number.isFinite(duration)) return [];
        return chapterSpans(engine.config?.chapters, duration).map(({ start, end, title }) => ({
          startTime: start,
          endTime: end,
          text: title,
        }));
      },
      mediaEvents: ['loadedmetadata', 'durationchange'],
      ...refreshOn('config'),
    },
    mediaRenditionList: {
      get: () => engine.qualities().map(({ id, width, height, kbps }) => ({ id, width, height, bitrate: kbps * 1000 })),
      ...refreshOn('tracks'),
    },
    mediaRenditionSelected: {
      get: () => (engine.quality === 'auto' ? undefined : engine.quality),
      set: (id: string) => engine.setQuality(id),
      ...refreshOn('tracks'),
    },
    mediaRenditionUnavailable: {
      get: () => (engine.qualities().length > 1 ? undefined : 'unavailable'),
      ...refreshOn('tracks'),
    },
    mediaAudioTrackList: {
      get: () =>
        engine.audios().map(({ id, language: lang, label, active }) => ({
          id,
          kind: 'main',
          language: lang,
          label,
          enabled: active,
        })),
      ...refreshOn('tracks'),
    },
    mediaAudioTrackEnabled: {
      get: () => engine.audios().find((a) => a.active)?.id,
      set: (id: string) => engine.setAudio(id),
      ...refreshOn('tracks'),
    },
    mediaAudioTrackUnavailable: {
      get: () => (engine.audios().length > 1 ? undefined : 'unavailable'),
      ...refreshOn('tracks'),
    },
    mediaIsPip: extend('mediaIsPip', {
      get: (...owners: Parameters<StateMediator['mediaIsPip']['get']>) =>
        pip.open || stateMediator.mediaIsPip.get(...owners),
      set: (open: boolean, ...owners: [never]) => pip.toggle(open, () => stateMediator.mediaIsPip.set(open, ...owners)),
      ...refreshOn('pip'),
    }),
    mediaPipUnavailable: extend('mediaPipUnavailable', {
      get: (...owners: Parameters<StateMediator['mediaPipUnavailable']['get']>) =>
        pip.usesOwnWindow ? undefined : stateMediator.mediaPipUnavailable.get(...owners),
      ...refreshOn('config', 'tracks'),
    }),
  } as unknown as StateMediator;

  /** The time at the pointer on the seek bar. */
  let previewTime: number | null = null;
  const requests = {
    ...requestMap,
    mediapreviewrequest: (...[, , { detail }]: Parameters<(typeof requestMap)['mediapreviewrequest']>) => {
      const time = detail as number | null;
      const tile = time == null ? null : engine.thumbnailNow(time);
      previewTime = time;
      // The index may not be loaded yet: dispatch the request again when the tile is available.
      if (time != null && !tile) {
        void engine.thumbnail(time).then((loaded) => {
          if (loaded && previewTime === time) store.dispatch({ type: 'mediapreviewrequest', detail: time });
        });
      }
      return {
        mediaPreviewTime: time ?? undefined,
        mediaPreviewImage: tile?.url,
        mediaPreviewCoords: tile ? [tile.x, tile.y, tile.width, tile.height] : undefined,
        mediaPreviewChapter: time == null ? undefined : engine.chapterAt(time)?.title,
      };
    },
    mediaseektoliverequest: () => engine.goLive(),
    mediashowsubtitlesrequest: (...[, , { detail }]: Parameters<(typeof requestMap)['mediashowsubtitlesrequest']>) =>
      engine.setText(findTextTrack(engine.texts(), detail)?.id ?? null),
    mediadisablesubtitlesrequest: disableCaptions,
    mediatogglesubtitlesrequest: (
      ...[, , { detail }]: Parameters<(typeof requestMap)['mediatogglesubtitlesrequest']>
    ) => (detail === false || (detail !== true && activeTexts().length > 0) ? disableCaptions() : enableCaptions()),
  } as unknown as typeof requestMap;

  const store = createMediaStore({
    media: engine.video,
    fullscreenElement: controller,
    documentElement: document,
    stateMediator: mediator,
    requestMap: requests,
    options: { noSubtitlesLangPref: true, mediaLang: language },
  });
  return store;
}
