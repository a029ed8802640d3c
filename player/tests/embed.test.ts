import { afterEach, describe, expect, test, vi } from 'vitest';
import { OTNetEmbed } from '../src/embed/client';
import { readCommand, readEvent } from '../src/embed/messages';
import { optionsOf, parseTime } from '../src/embed/options';

test.each([
  [
    { otnet: 1, command: 'seek', value: 3 },
    { command: 'seek', value: 3, id: null },
  ],
  [
    { otnet: 1, command: 'play', id: 4 },
    { command: 'play', value: undefined, id: 4 },
  ],
  [
    { otnet: 1, command: 'setCaptions', value: null, id: 'a' },
    { command: 'setCaptions', value: null, id: 'a' },
  ],
  [{ otnet: 2, command: 'play' }, null],
  [{ command: 'play' }, null],
  ['play', null],
  [null, null],
  [{ otnet: 1 }, null],
  [{ otnet: 1, command: 'constructor' }, expect.stringContaining('no command')],
  [{ otnet: 1, command: 'seek', value: 'soon' }, expect.stringContaining('can’t take "soon"')],
  [{ otnet: 1, command: 'setVolume', value: 4 }, expect.stringContaining('can’t take 4')],
])('the message %j is the command %j', (data, command) => expect(readCommand(data)).toEqual(command));

test('messages of other senders are ignored', () => {
  expect(readEvent({ otnet: 1, event: 'play', time: 3 })).toMatchObject({ event: 'play', time: 3 });
  for (const other of [{ event: 'play' }, { otnet: 1 }, 'x', null, { otnet: 1, event: 3 }])
    expect(readEvent(other)).toBeNull();
});

test.each([
  ['90', 90],
  ['1:30', 90],
  ['1:00:05', 3605],
  ['1m30s', 90],
  ['1h2s', 3602],
  ['2.5', 2.5],
  ['', undefined],
  ['soon', undefined],
])('start=%s is %j s', (text, seconds) => expect(parseTime(text)).toBe(seconds));

test.each([
  ['skin=square&autoplay=muted&loop', { skin: 'square', options: { autoplay: 'muted', loop: true } }],
  ['autoplay=1&muted=0&accent=ff8800', { options: { autoplay: true, muted: false, accent: '#ff8800' } }],
  ['start=1:10&end=80&lang=de', { options: { start: 70, end: 80, resume: false, language: 'de' } }],
  ['skin=cube&start=x&accent=red&end=0', { options: {} }],
])('the query ?%s gives the options %j', (query, options) =>
  expect(optionsOf(new URLSearchParams(query))).toEqual(options),
);

describe('the embedding page’s client', () => {
  const createClient = () => {
    const sent: { command: string; id: number; value: unknown }[] = [];
    const contentWindow = { postMessage: vi.fn((m) => sent.push(m)) };
    const player = new OTNetEmbed({ src: 'https://tv.example/embed/7', contentWindow } as never);
    const receive = (data: object, origin = 'https://tv.example', source: unknown = contentWindow): void => {
      dispatchEvent(Object.assign(new Event('message'), { data, origin, source }));
    };
    return { player, sent, receive };
  };
  afterEach(() => vi.restoreAllMocks());

  test('queues commands until the player is ready', async () => {
    const { player, sent, receive } = createClient();
    const result = player.setVolume(0.5);
    await Promise.resolve();
    expect(sent.map((m) => m.command)).toEqual(['getState']);
    receive({ otnet: 1, event: 'ready', version: 1, skin: 'video', title: 'T', duration: 9 });
    await vi.waitFor(() => expect(sent.at(-1)).toMatchObject({ command: 'setVolume', value: 0.5 }));
    receive({ otnet: 1, event: 'result', id: sent.at(-1)!.id });
    await result;
    const wrong = player.seek(3);
    await vi.waitFor(() => expect(sent.at(-1)).toMatchObject({ command: 'seek' }));
    receive({ otnet: 1, event: 'result', id: sent.at(-1)!.id, error: 'no' });
    await expect(wrong).rejects.toThrow('no');
  });

  test('receives events from its own frame only', () => {
    const { player, receive } = createClient();
    const listener = vi.fn();
    const stop = player.on('time', listener);
    receive({ otnet: 1, event: 'time', time: 1, duration: 9 });
    receive({ otnet: 1, event: 'time', time: 2, duration: 9 }, 'https://other.example');
    receive({ otnet: 1, event: 'time', time: 3, duration: 9 }, 'https://tv.example', window);
    stop();
    receive({ otnet: 1, event: 'time', time: 4, duration: 9 });
    expect(listener.mock.calls.map(([e]) => e.time)).toEqual([1]);
  });
});
