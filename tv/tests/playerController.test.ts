import { expect, test } from 'vitest';
import type { Key } from '../src/keys/keyMaps';
import { PlayerController, CONTROLS_HIDE_MS, SCRUB_COMMIT_MS } from '../src/player/PlayerController';
import {
  HIDDEN,
  nextControlsState,
  type Command,
  type PlaybackFacts,
  type ControlsState,
} from '../src/player/controlsState';
import type { Engine } from '../src/player/types';

const FACTS: PlaybackFacts = {
  position: 30,
  start: 0,
  end: 60,
  playing: true,
  buttons: ['play', 'restart', 'next', 'captions'],
  menus: { captions: { length: 3, chosen: 1 } },
  repeats: 0,
};
const after = (keys: Key[], from: ControlsState = HIDDEN, facts: PlaybackFacts = FACTS): [ControlsState, Command[]] => {
  let state = from;
  let last: Command[] = [];
  for (const key of keys) [state, last] = nextControlsState(state, key, facts);
  return [state, last];
};

test.each<[Key[], Partial<ControlsState>, Command[]]>([
  [['enter'], { zone: 'bar' }, [{ do: 'pause' }]],
  [['up'], { zone: 'bar' }, []],
  [['down'], { zone: 'buttons', button: 0 }, []],
  [['back'], { zone: 'hidden' }, [{ do: 'leave' }]],
  [['right'], { zone: 'bar', scrub: 40 }, []],
  [['right', 'right', 'right', 'right', 'right'], { scrub: 59 }, []],
  [['left', 'left', 'left', 'left'], { scrub: 0 }, []],
  [['right', 'enter'], { scrub: null }, [{ do: 'seek', to: 40 }]],
  [['right', 'back'], { zone: 'bar', scrub: null }, []],
  [['right', 'back', 'back'], { zone: 'hidden' }, []],
  [['right', 'play'], { scrub: null }, [{ do: 'seek', to: 40 }, { do: 'play' }]],
  [['forward', 'forward'], { zone: 'bar', scrub: 50 }, []],
  [['rewind'], { zone: 'bar', scrub: 20 }, []],
  [['playpause'], { zone: 'bar' }, [{ do: 'pause' }]],
  [['stop'], { zone: 'hidden' }, [{ do: 'leave' }]],
  [['next'], { zone: 'bar' }, [{ do: 'next' }]],
  [['previous'], { zone: 'bar' }, [{ do: 'seek', to: 0 }]],
  [['down', 'right', 'enter'], { zone: 'buttons' }, [{ do: 'seek', to: 0 }]],
  [['down', 'right', 'right', 'enter'], { zone: 'hidden' }, [{ do: 'next' }]],
  [['down', 'right', 'right', 'right', 'right', 'enter'], { zone: 'menu', menu: 'captions', item: 1 }, []],
  [
    ['down', 'right', 'right', 'right', 'enter', 'down', 'enter'],
    { zone: 'buttons' },
    [{ do: 'choose', menu: 'captions', item: 2 }],
  ],
  [['down', 'right', 'right', 'right', 'enter', 'down', 'down', 'down'], { item: 2 }, []],
  [['down', 'right', 'right', 'right', 'enter', 'back'], { zone: 'buttons', menu: null }, []],
  [['down', 'up'], { zone: 'bar' }, []],
  [['down', 'back'], { zone: 'hidden' }, []],
])('%j', (keys, state, commands) => {
  const [next, last] = after(keys);
  expect(next).toMatchObject(state);
  expect(last).toEqual(commands);
});

test('a held key seeks in larger steps', () => {
  expect(nextControlsState(HIDDEN, 'right', { ...FACTS, end: 7200, repeats: 30 })[0].scrub).toBe(150);
});

function createController(over: object = {}): {
  controller: PlayerController;
  calls: string[];
  set: (s: object) => void;
} {
  const calls: string[] = [];
  const engine = Object.assign(new EventTarget(), {
    video: { currentTime: 30, duration: 60, buffered: { length: 0 } },
    state: 'playing',
    error: null,
    duration: 60,
    live: { isLive: false, edge: 0, start: 0, latency: 0 },
    quality: 'auto',
    speed: 1,
    config: {
      chapters: [
        { start: 0, title: 'One' },
        { start: 25, title: 'Two' },
      ],
    },
    play: async () => void calls.push('play'),
    pause: () => void calls.push('pause'),
    seek: (s: number) => void calls.push(`seek ${s}`),
    goLive: () => void calls.push('live'),
    qualities: () => [
      { id: 'h', height: 1080, kbps: 5200, active: true },
      { id: 'l', height: 360, kbps: 700, active: false },
    ],
    setQuality: (id: string) => void calls.push(`quality ${id}`),
    setSpeed: (times: number) => void calls.push(`speed ${times}`),
    audios: () => [
      { id: 'a', language: 'en', label: '', active: true },
      { id: 'b', language: 'de', label: '', active: false },
    ],
    setAudio: (id: string) => void calls.push(`audio ${id}`),
    texts: () => [{ id: 't', language: 'en', label: 'English', active: false }],
    setText: (id: string | null) => void calls.push(`text ${id}`),
    ...over,
  });
  const navigation = {
    leave: () => void calls.push('leave'),
    next: () => void calls.push('next'),
    hasNext: () => true,
  };
  return {
    controller: new PlayerController(engine as unknown as Engine, navigation),
    calls,
    set: (s) => Object.assign(engine, s),
  };
}

test('the player shows the buttons for the available tracks', () => {
  expect(createController().controller.buttons).toEqual([
    'play',
    'restart',
    'next',
    'chapters',
    'captions',
    'audio',
    'quality',
    'speed',
  ]);
  const bare = createController({
    config: null,
    texts: () => [],
    audios: () => [],
    qualities: () => [],
    live: { isLive: true, edge: 90, start: 30, latency: 0 },
  });
  expect(bare.controller.buttons).toEqual(['play', 'live', 'next']);
  expect(bare.controller.range).toEqual({ start: 30, end: 90 });
});

test('menus mark the selected item, and a selection is passed to the engine', () => {
  const { controller, calls } = createController();
  expect(controller.menuEntries('chapters').map((e) => [e.label, e.selected])).toEqual([
    ['0:00  One', false],
    ['0:25  Two', true],
  ]);
  expect(controller.menuEntries('captions').map((e) => e.selected)).toEqual([true, false]);
  expect(controller.menuEntries('audio').map((e) => e.label)).toEqual(['English', 'German']);
  expect(controller.menuEntries('quality').map((e) => e.label)).toEqual([
    'Automatic',
    '1080p · 5.2 Mbit/s',
    '360p · 0.7 Mbit/s',
  ]);
  const speeds = ['0.5×', '0.75×', 'Normal', '1.25×', '1.5×', '1.75×', '2×'];
  expect(controller.menuEntries('speed').map((e) => e.label)).toEqual(speeds);
  expect(controller.menuEntries('speed').findIndex((e) => e.selected)).toBe(2);
  const choose = (button: number, item: number): void => {
    controller.transport = { ...HIDDEN, zone: 'buttons', button };
    controller.handleKey('enter', 0, 0);
    controller.transport = { ...controller.transport, item };
    controller.handleKey('enter', 0, 0);
  };
  choose(3, 0);
  choose(4, 1);
  choose(4, 0);
  choose(5, 1);
  choose(6, 2);
  choose(6, 0);
  choose(7, 4);
  expect(calls).toEqual(['seek 0', 'text t', 'text null', 'audio b', 'quality l', 'quality auto', 'speed 1.5']);
});

test('a scrub is committed after a pause in key presses, and the controls hide during playback', () => {
  const { controller, calls, set } = createController();
  controller.handleKey('right', 0, 1000);
  controller.tick(1000 + SCRUB_COMMIT_MS);
  expect(calls).toEqual([]);
  controller.tick(1001 + SCRUB_COMMIT_MS);
  expect([calls, controller.transport.scrub, controller.transport.zone]).toEqual([['seek 40'], null, 'bar']);
  set({ state: 'paused' });
  controller.tick(1001 + CONTROLS_HIDE_MS);
  expect(controller.transport.zone).toBe('bar');
  set({ state: 'playing' });
  controller.tick(1001 + CONTROLS_HIDE_MS);
  expect(controller.transport.zone).toBe('hidden');
});

test('the next item is announced in the last seconds', () => {
  const { controller } = createController({ duration: 1200, video: { currentTime: 1190.5, duration: 1200 } });
  expect(controller.upNext).toBe(10);
  expect(createController({ duration: 1200 }).controller.upNext).toBeNull();
});

test('the intro can be skipped, and the next item is offered from the beginning of the credits', () => {
  const markers = [
    { kind: 'intro', start: 5, end: 35 },
    { kind: 'credits', start: 1000 },
  ];
  const at = (currentTime: number) =>
    createController({ duration: 1200, config: { markers }, video: { currentTime, duration: 1200 } }).controller;
  expect([at(4), at(5), at(34), at(35), at(1000)].map((c) => c.skippableUntil)).toEqual([null, 35, 35, null, null]);
  expect([at(999), at(1000)].map((c) => c.upNext)).toEqual([null, 200]);
});
