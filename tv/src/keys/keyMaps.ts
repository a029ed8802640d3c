// Key maps of the remotes: a KeyboardEvent's `key` or `keyCode` → key name. `key` is looked up first, because key
// codes differ between manufacturers; single-digit codes are excluded, because the remote's digits have those as
// `key`. Colour keys are not handled.

export type Key =
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'enter'
  | 'back'
  | 'play'
  | 'pause'
  | 'playpause'
  | 'stop'
  | 'forward'
  | 'rewind'
  | 'next'
  | 'previous'
  | 'channelup'
  | 'channeldown';
export type Platform = 'tizen' | 'webos' | 'firetv' | 'androidtv' | 'browser';
export type KeyMap = Record<string, Key>;

const arrowKeys: KeyMap = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Enter: 'enter',
  37: 'left',
  39: 'right',
  38: 'up',
  40: 'down',
  13: 'enter',
};

/** Media keys by their UI Events `key` values, as newer WebViews send them. */
const mediaKeys: KeyMap = {
  MediaPlay: 'play',
  MediaPause: 'pause',
  MediaPlayPause: 'playpause',
  MediaStop: 'stop',
  MediaFastForward: 'forward',
  MediaRewind: 'rewind',
  MediaTrackNext: 'next',
  MediaTrackPrevious: 'previous',
  ChannelUp: 'channelup',
  ChannelDown: 'channeldown',
  PageUp: 'channelup',
  PageDown: 'channeldown',
};

/** Key codes of Samsung and LG remotes. */
const samsungLgCodes: KeyMap = { 415: 'play', 19: 'pause', 413: 'stop', 417: 'forward', 412: 'rewind' };

/** Key codes of Android WebView: 176 to 179 are Windows virtual key codes. */
const androidWebViewKeys: KeyMap = {
  179: 'playpause',
  178: 'stop',
  176: 'next',
  177: 'previous',
  228: 'forward',
  227: 'rewind',
  GoBack: 'back',
  BrowserBack: 'back',
  Escape: 'back',
  27: 'back',
  Backspace: 'back',
  23: 'enter',
};

export const KEYS: Record<Platform, KeyMap> = {
  tizen: {
    ...arrowKeys,
    ...mediaKeys,
    ...samsungLgCodes,
    XF86Back: 'back',
    10009: 'back',
    10252: 'playpause',
    10232: 'previous',
    10233: 'next',
    427: 'channelup',
    428: 'channeldown',
  },
  webos: {
    ...arrowKeys,
    ...mediaKeys,
    ...samsungLgCodes,
    GoBack: 'back',
    461: 'back',
    33: 'channelup',
    34: 'channeldown',
  },
  firetv: { ...arrowKeys, ...mediaKeys, ...androidWebViewKeys },
  androidtv: {
    ...arrowKeys,
    ...mediaKeys,
    ...androidWebViewKeys,
    85: 'playpause',
    126: 'play',
    127: 'pause',
    86: 'stop',
    90: 'forward',
    89: 'rewind',
    166: 'channelup',
    167: 'channeldown',
  },
  browser: { ...arrowKeys, ...mediaKeys, Escape: 'back', Backspace: 'back', 27: 'back', ' ': 'playpause' },
};

/** Keys that a Tizen application must register. */
export const TIZEN_REGISTER = [
  'MediaPlay',
  'MediaPause',
  'MediaPlayPause',
  'MediaStop',
  'MediaFastForward',
  'MediaRewind',
  'MediaTrackNext',
  'MediaTrackPrevious',
  'ChannelUp',
  'ChannelDown',
  ...'0123456789',
] as const;

export function keyFor(map: KeyMap, event: { key: string; keyCode: number }): Key | null {
  return map[event.key] ?? map[event.keyCode] ?? null;
}

export function platformOf(agent: string): Platform {
  if (/Tizen/i.test(agent)) return 'tizen';
  if (/Web0S|webOS/i.test(agent)) return 'webos';
  if (/\bAFT[A-Z0-9]+\b/.test(agent)) return 'firetv';
  if (/OTNetTV-Android|Android.*TV/i.test(agent)) return 'androidtv';
  return 'browser';
}
