import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventStream } from '../../shared/eventStream';

class FakeEventSource extends EventTarget {
  static readonly CLOSED = 2;
  static all: FakeEventSource[] = [];
  readyState = 0;
  constructor(readonly url: string) {
    super();
    FakeEventSource.all.push(this);
  }
  close(): void {
    this.readyState = FakeEventSource.CLOSED;
  }
  send(name: string, data: unknown): void {
    this.dispatchEvent(Object.assign(new Event(name), { data: JSON.stringify(data) }));
  }
}

const page = Object.assign(new EventTarget(), { hidden: false });
function setHidden(hidden: boolean): void {
  page.hidden = hidden;
  page.dispatchEvent(new Event('visibilitychange'));
}
const openSources = () => FakeEventSource.all.filter((s) => s.readyState !== FakeEventSource.CLOSED);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeEventSource);
  vi.stubGlobal('document', page);
  FakeEventSource.all = [];
  page.hidden = false;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function createStream() {
  const opened = vi.fn();
  const received: unknown[] = [];
  const stream = new EventStream('/events', { onOpen: opened, on: { media: (data) => received.push(data) } });
  return { stream, opened, received };
}

test('subscribers share one connection, which ends with the last of them', () => {
  const { stream, opened, received } = createStream();
  const [first, second] = [stream.subscribe(), stream.subscribe()];
  expect(openSources().map((s) => s.url)).toEqual(['/events']);
  openSources()[0]!.dispatchEvent(new Event('open'));
  openSources()[0]!.send('media', { id: 'm' });
  expect([opened.mock.calls.length, received]).toEqual([1, [{ id: 'm' }]]);
  first();
  expect(openSources()).toHaveLength(1);
  second();
  expect(openSources()).toHaveLength(0);
});

test('a hidden page keeps the connection for some seconds only', () => {
  const { stream } = createStream();
  const end = stream.subscribe();
  setHidden(true);
  vi.advanceTimersByTime(14_000);
  setHidden(false);
  vi.advanceTimersByTime(60_000);
  expect(openSources()).toHaveLength(1);
  setHidden(true);
  vi.advanceTimersByTime(15_000);
  expect(openSources()).toHaveLength(0);
  setHidden(false);
  expect(openSources()).toHaveLength(1);
  end();
});

test('after an HTTP error the stream is opened again, later and later', () => {
  const { stream } = createStream();
  const end = stream.subscribe();
  for (const delay of [1000, 2000, 5000]) {
    openSources()[0]!.close();
    FakeEventSource.all.at(-1)!.dispatchEvent(new Event('error'));
    vi.advanceTimersByTime(delay - 1);
    expect(openSources()).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(openSources()).toHaveLength(1);
  }
  end();
});
