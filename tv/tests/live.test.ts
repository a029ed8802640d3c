import { expect, test } from 'vitest';
import type { ChannelCard, GuideEntry } from '../../web_ui/shared/viewerApi';
import { setLanguage } from '../src/i18n/index';
import { ChannelSelector, DIGITS_MS, ZAP_DELAY_MS } from '../src/live/ChannelSelector';
import { channelLine, firstVisible, spokenLine } from '../src/live/channelLine';
import { playFromStart } from '../src/live/playFromStart';
import { MAX_AGE_MS, PrefetchedConfigs } from '../src/live/PrefetchedConfigs';
import type { Engine } from '../src/player/types';

const at = (clock: string): number => Date.parse(`2026-12-24T${clock}:00`);
const entry = (title: string, from: string, to: string): GuideEntry =>
  ({
    title,
    starts_at: new Date(at(from)).toISOString(),
    ends_at: new Date(at(to)).toISOString(),
  }) as GuideEntry;
const channel = (more: Partial<ChannelCard> = {}): ChannelCard =>
  ({
    name: 'Night',
    number: 2,
    live_since: null,
    now: entry('The Harbour', '20:00', '21:00'),
    next: entry('Winter', '21:00', '22:00'),
    ...more,
  }) as ChannelCard;

test('a line says what is on, how much of it is over, and what follows', () => {
  setLanguage('de');
  const line = channelLine(channel(), at('20:15'));
  expect(line).toEqual({
    number: '2',
    name: 'Night',
    isLive: false,
    title: 'The Harbour',
    span: '20:00–21:00',
    progress: 0.25,
    next: 'Danach um 21:00: Winter',
  });
  expect(spokenLine(line)).toBe('2 Night: The Harbour');
});

test('what follows is on when its time has come, before the list is loaded again', () => {
  const line = channelLine(channel(), at('21:30'));
  expect([line.title, line.progress, line.next]).toEqual(['Winter', 0.5, '']);
  const later = channelLine(channel(), at('22:30'));
  expect([later.title, later.span, later.next]).toEqual(['Keine Angaben', '', '']);
});

test('a live stream without an entry in the guide has a title', () => {
  setLanguage('en');
  const line = channelLine(channel({ now: null, next: null, live_since: '2026-12-24T20:00:00Z' }), at('20:15'));
  expect(spokenLine(line)).toBe('2 Night, Live: Live stream');
  expect(channelLine(channel({ now: null, next: null }), at('20:15')).title).toBe('No information');
});

test.each([
  [0, 20, 0],
  [7, 20, 5],
  [19, 20, 15],
  [2, 3, 0],
])('with the focus on row %i of %i, row %i is the first', (focus, count, first) => {
  expect(firstVisible(focus, count, 5)).toBe(first);
});

test('of several fast presses, only the last channel is loaded', () => {
  const selector = new ChannelSelector([1, 2, 3, 4], 0);
  const loaded: number[] = [];
  for (let now = 0; now < 1000; now += 20) {
    if (now === 0 || now === 100 || now === 200) selector.step(1, now);
    if (selector.tick(now)) loaded.push(selector.index);
  }
  expect(loaded).toEqual([3]);
  expect(selector.tick(5000)).toBe(false);
});

test('after the last channel comes the first', () => {
  const selector = new ChannelSelector([1, 2, 3], 0);
  selector.step(-1, 0);
  expect([selector.index, selector.neighbour(1), selector.neighbour(-1)]).toEqual([2, 0, 1]);
  expect(selector.tick(ZAP_DELAY_MS)).toBe(true);
});

test('the only channel is not loaded again', () => {
  const selector = new ChannelSelector([1], 0);
  selector.step(1, 0);
  expect(selector.tick(5000)).toBe(false);
});

test('digits choose a channel by its number', () => {
  const selector = new ChannelSelector([1, 2, 12, 120], 0);
  selector.pressDigit('1', 0);
  selector.pressDigit('2', 500);
  expect([selector.digits, selector.tick(1000)]).toEqual(['12', false]);
  expect([selector.tick(500 + DIGITS_MS), selector.index, selector.digits]).toEqual([true, 2, '']);
  for (const digit of '120') selector.pressDigit(digit, 3000);
  expect([selector.tick(3000), selector.index]).toEqual([true, 3]);
  selector.pressDigit('2', 4000);
  selector.confirm(4001);
  expect([selector.tick(4001), selector.index]).toEqual([true, 1]);
});

test('a number that no channel has is ignored', () => {
  const selector = new ChannelSelector([1, 2], 1);
  selector.pressDigit('9', 0);
  expect([selector.tick(DIGITS_MS), selector.index, selector.digits]).toEqual([false, 1, '']);
});

/** A network that answers with a configuration, and the requests it received. */
function network(status = 200): { asked: string[]; fetcher: (url: string) => Promise<Response> } {
  const asked: string[] = [];
  const body = JSON.stringify({ sources: { dash: '/channels/c/main.mpd' } });
  return {
    asked,
    fetcher: async (url) => {
      asked.push(url);
      return new Response(body, { status });
    },
  };
}
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const [A, B] = ['https://tv.example/api/v1/playback/a', 'https://tv.example/api/v1/playback/b'];

test('a configuration is requested ahead with its manifest, and is used once', async () => {
  const { asked, fetcher } = network();
  const configs = new PrefetchedConfigs(
    () => ({}),
    fetcher,
    () => 0,
  );
  configs.keep([A]);
  configs.keep([A]);
  await settle();
  expect(asked).toEqual([A, 'https://tv.example/channels/c/main.mpd']);
  expect((await configs.fetch(A, {})).ok).toBe(true);
  expect(asked).toHaveLength(2);
  await configs.fetch(A, {});
  expect(asked).toHaveLength(3);
});

test('old, failed and unknown configurations are requested again', async () => {
  let now = 0;
  const { asked, fetcher } = network();
  const configs = new PrefetchedConfigs(
    () => ({}),
    fetcher,
    () => now,
  );
  configs.keep([A]);
  await settle();
  now = MAX_AGE_MS;
  await configs.fetch(A, {});
  await configs.fetch(B, {});
  expect(asked.filter((url) => url === A)).toHaveLength(2);
  expect(asked.filter((url) => url === B)).toHaveLength(1);
  const failing = network(503);
  const others = new PrefetchedConfigs(
    () => ({}),
    failing.fetcher,
    () => 0,
  );
  others.keep([A]);
  expect((await others.fetch(A, {})).status).toBe(503);
  expect(failing.asked).toEqual([A, A]);
});

test('what began before the window is played from the start of the window', async () => {
  const calls: (string | number)[] = [];
  const now = Date.now();
  const engine = {
    config: {},
    video: {},
    live: { isLive: true, start: 400, edge: 1000, latency: 5 },
    seek: (to: number) => calls.push(Math.round(to)),
    play: async () => void calls.push('play'),
  } as unknown as Engine;
  await playFromStart(engine, now - 300_000, {});
  await playFromStart(engine, now - 3_600_000, {});
  expect(calls).toEqual([700, 'play', 400, 'play']);
});
