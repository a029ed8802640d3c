/** Runs the actions of `key-bindings.ts`. Text fields, open menus and controls keep the keys they use themselves. */
import { type Context, mediaState, request, toggleFullscreen } from './context';
import { actionOf, nextSpeed, type Action } from './key-bindings';

const FRAMES_PER_S = 25;
const VOLUME_STEP = 0.05;
type Target = HTMLElement & { keysUsed?: string[] };

export function runAction(context: Context, action: Action, key = ''): void {
  const { engine, translate, toast } = context;
  const { video } = engine;
  const jump = (by: number): void => {
    engine.seek(video.currentTime + by);
    toast(by > 0 ? translate('ui.forward', { seconds: by }) : translate('ui.back', { seconds: -by }));
  };
  const changeVolume = (by: number): void => {
    const volume = Math.min(1, Math.max(0, Math.round((video.volume + by) * 100) / 100));
    request(context, 'mediavolumerequest', volume);
    toast(translate('ui.volume', { percent: Math.round(volume * 100) }));
  };
  const changeSpeed = (up: boolean): void => {
    engine.setSpeed(nextSpeed(engine.speed, up));
    toast(`${engine.speed}×`);
  };
  const stepFrame = (by: number): void => {
    engine.pause();
    engine.seek(video.currentTime + by / FRAMES_PER_S);
  };
  const actions: Record<Action, () => void> = {
    toggle: () => (engine.paused ? void engine.play() : engine.pause()),
    back5: () => jump(-5),
    forward5: () => jump(5),
    back10: () => jump(-10),
    forward10: () => jump(10),
    louder: () => changeVolume(VOLUME_STEP),
    quieter: () => changeVolume(-VOLUME_STEP),
    mute: () => {
      request(context, video.muted ? 'mediaunmuterequest' : 'mediamuterequest');
      toast(video.muted ? translate('ui.muted') : translate('ui.volume', { percent: Math.round(video.volume * 100) }));
    },
    fullscreen: () => toggleFullscreen(context),
    captions: () => request(context, 'mediatogglesubtitlesrequest'),
    pip: () => request(context, mediaState(context).mediaIsPip ? 'mediaexitpiprequest' : 'mediaenterpiprequest'),
    faster: () => changeSpeed(true),
    slower: () => changeSpeed(false),
    frame_back: () => stepFrame(-1),
    frame_forward: () => stepFrame(1),
    percent: () => engine.seek((engine.duration * Number(key)) / 10),
    start: () => engine.seek(0),
    end: () => (engine.live.isLive ? engine.goLive() : engine.seek(engine.duration)),
    next: () => void engine.next(),
    help: () => context.showHelp(),
  };
  actions[action]();
}

/** Whether the event's target handles the key itself. */
function isHandledByTarget(event: KeyboardEvent): boolean {
  for (const target of event.composedPath() as Target[]) {
    if (target.localName === 'media-controller' || target.localName?.startsWith('otnet-')) return false;
    if (target.isContentEditable || /^(input|textarea|select)$/.test(target.localName ?? '')) {
      // The seek bar is an input too, but our steps suit it better than one percent of the duration.
      if ((target as HTMLInputElement).type !== 'range') return true;
    }
    if (target.localName === 'media-time-range') return false;
    if (target.localName === 'media-volume-range') return event.key.startsWith('Arrow');
    if (target.keysUsed?.includes(event.key)) return true;
    if (target.localName === 'button' && (event.key === ' ' || event.key === 'Enter')) return true;
  }
  return false;
}

export function keyboard(context: Context): void {
  const { host, signal } = context;
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || isHandledByTarget(event)) return;
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    runAction(context, action, event.key);
  };
  // In the capture phase, before the seek bar's input handles the arrow keys.
  context.controller.addEventListener('keydown', onKey, { signal, capture: true });
  const onPageKey = (event: KeyboardEvent): void => {
    const inside = event.composedPath().some((n) => (n as HTMLElement).localName?.startsWith('otnet-'));
    if (host.getAttribute('keys') === 'page' && !inside) onKey(event);
  };
  document.addEventListener('keydown', onPageKey, { signal });
}
