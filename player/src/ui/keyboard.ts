/** Does what the keys say (`keys.ts`). A control that uses a key itself, an open menu, a text field keep theirs. */
import { type Context, known, request, toggleFullscreen } from './context';
import { actionOf, nextSpeed, type Action } from './key-bindings';

const FRAMES_PER_S = 25;
const VOLUME_STEP = 0.05;
type Target = HTMLElement & { keysUsed?: string[] };

export function act(context: Context, action: Action, key = ''): void {
  const { engine, say, toast } = context;
  const { video } = engine;
  const jump = (by: number): void => {
    engine.seek(video.currentTime + by);
    toast(by > 0 ? say('ui.forward', { seconds: by }) : say('ui.back', { seconds: -by }));
  };
  const louder = (by: number): void => {
    const volume = Math.min(1, Math.max(0, Math.round((video.volume + by) * 100) / 100));
    request(context, 'mediavolumerequest', volume);
    toast(say('ui.volume', { percent: Math.round(volume * 100) }));
  };
  const speed = (up: boolean): void => {
    engine.setSpeed(nextSpeed(engine.speed, up));
    toast(`${engine.speed}×`);
  };
  const frame = (by: number): void => {
    engine.pause();
    engine.seek(video.currentTime + by / FRAMES_PER_S);
  };
  const actions: Record<Action, () => void> = {
    toggle: () => (engine.paused ? void engine.play() : engine.pause()),
    back5: () => jump(-5),
    forward5: () => jump(5),
    back10: () => jump(-10),
    forward10: () => jump(10),
    louder: () => louder(VOLUME_STEP),
    quieter: () => louder(-VOLUME_STEP),
    mute: () => {
      request(context, video.muted ? 'mediaunmuterequest' : 'mediamuterequest');
      toast(video.muted ? say('ui.muted') : say('ui.volume', { percent: Math.round(video.volume * 100) }));
    },
    fullscreen: () => toggleFullscreen(context),
    captions: () => request(context, 'mediatogglesubtitlesrequest'),
    pip: () => request(context, known(context).mediaIsPip ? 'mediaexitpiprequest' : 'mediaenterpiprequest'),
    faster: () => speed(true),
    slower: () => speed(false),
    frame_back: () => frame(-1),
    frame_forward: () => frame(1),
    percent: () => engine.seek((engine.duration * Number(key)) / 10),
    start: () => engine.seek(0),
    end: () => (engine.live.isLive ? engine.goLive() : engine.seek(engine.duration)),
    next: () => void engine.next(),
    help: () => context.help(),
  };
  actions[action]();
}

/** Somebody else's key: a text field's, or a control's own. */
function taken(event: KeyboardEvent): boolean {
  for (const target of event.composedPath() as Target[]) {
    if (target.localName === 'media-controller' || target.localName?.startsWith('otnet-')) return false;
    if (target.isContentEditable || /^(input|textarea|select)$/.test(target.localName ?? '')) {
      // The seek bar is an input, too, but our arrows are better than a hundredth of the whole.
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
  const heard = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || taken(event)) return;
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    act(context, action, event.key);
  };
  // Before the seek bar's own input hears the arrows.
  context.controller.addEventListener('keydown', heard, { signal, capture: true });
  const page = (event: KeyboardEvent): void => {
    const inside = event.composedPath().some((n) => (n as HTMLElement).localName?.startsWith('otnet-'));
    if (host.getAttribute('keys') === 'page' && !inside) heard(event);
  };
  document.addEventListener('keydown', page, { signal });
}
