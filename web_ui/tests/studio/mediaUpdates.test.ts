import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { trackMediaChanges } from '../../src/studio/live/mediaUpdates';

const KEY = ['media', 'getOne', { id: 'm1' }];

/** A page being read: it is answered when the test says so. */
function reading(client: QueryClient): (row: object | Error) => Promise<void> {
  let answer: (row: object | Error) => void = () => undefined;
  const queryFn = () =>
    new Promise<object>((resolve, reject) => (answer = (row) => (row instanceof Error ? reject(row) : resolve(row))));
  const done = client.fetchQuery({ queryKey: KEY, queryFn }).catch(() => undefined);
  return async (row) => {
    answer(row);
    await done;
  };
}

test('an answer that was made before a change, and comes after it, does not undo it', async () => {
  const client = new QueryClient();
  const [take, stop] = trackMediaChanges(client);
  client.setQueryData(KEY, { id: 'm1', state: 'encoding', label: '' });
  const answer = reading(client);
  take({ id: 'm1', state: 'ready' });
  await answer({ id: 'm1', state: 'encoding', label: 'Night Train' });
  expect(client.getQueryData(KEY)).toEqual({ id: 'm1', state: 'ready', label: 'Night Train' });

  // What is asked for after the change is newer than it.
  await reading(client)({ id: 'm1', state: 'failed' });
  expect(client.getQueryData(KEY)).toEqual({ id: 'm1', state: 'failed' });
  stop();
});

test('what was told while a question failed is not taken for newer than the next answer', async () => {
  const client = new QueryClient();
  const [take, stop] = trackMediaChanges(client);
  client.setQueryData(KEY, { id: 'm1', state: 'found' });
  const answer = reading(client);
  take({ id: 'm1', state: 'encoding' });
  await answer(new Error('the server is away'));
  await reading(client)({ id: 'm1', state: 'ready' });
  expect(client.getQueryData(KEY)).toEqual({ id: 'm1', state: 'ready' });
  stop();
});
