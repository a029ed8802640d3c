import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { trackMediaChanges } from '../../src/studio/live/mediaUpdates';

const KEY = ['media', 'getOne', { id: 'm1' }];

/** Starts a query; the returned function settles it. */
function startQuery(client: QueryClient): (row: object | Error) => Promise<void> {
  let respond: (row: object | Error) => void = () => undefined;
  const queryFn = () =>
    new Promise<object>((resolve, reject) => (respond = (row) => (row instanceof Error ? reject(row) : resolve(row))));
  const done = client.fetchQuery({ queryKey: KEY, queryFn }).catch(() => undefined);
  return async (row) => {
    respond(row);
    await done;
  };
}

test('a response older than a change does not undo the change', async () => {
  const client = new QueryClient();
  const [apply, stop] = trackMediaChanges(client);
  client.setQueryData(KEY, { id: 'm1', state: 'encoding', label: '' });
  const respond = startQuery(client);
  apply({ id: 'm1', state: 'ready' });
  await respond({ id: 'm1', state: 'encoding', label: 'Night Train' });
  expect(client.getQueryData(KEY)).toEqual({ id: 'm1', state: 'ready', label: 'Night Train' });

  // A response requested after the change is newer.
  await startQuery(client)({ id: 'm1', state: 'failed' });
  expect(client.getQueryData(KEY)).toEqual({ id: 'm1', state: 'failed' });
  stop();
});

test('changes received during a failed request do not override the next response', async () => {
  const client = new QueryClient();
  const [apply, stop] = trackMediaChanges(client);
  client.setQueryData(KEY, { id: 'm1', state: 'found' });
  const respond = startQuery(client);
  apply({ id: 'm1', state: 'encoding' });
  await respond(new Error('the server is away'));
  await startQuery(client)({ id: 'm1', state: 'ready' });
  expect(client.getQueryData(KEY)).toEqual({ id: 'm1', state: 'ready' });
  stop();
});
