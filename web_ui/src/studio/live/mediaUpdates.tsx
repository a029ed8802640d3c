/** Puts every change of media into what the pages have read already, so that lists, home and media pages move. */
import { useQueryClient, type Query, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Row } from '../api/schema';
import { useSchema } from '../SchemaContext';
import type { Overview } from '../home/overview';
import { placed } from '../home/overview';
import { follow } from './mediaEvents';

interface Cached {
  data?: Row[];
}
const merged = (old: Row, next: Row): Row => ({ ...old, ...next });

export function takeIn(client: QueryClient, media: Row): void {
  client.setQueriesData<Row>({ queryKey: ['media', 'getOne'] }, (old) =>
    old?.id === media.id ? merged(old, media) : old,
  );
  client.setQueriesData<Cached>({ queryKey: ['media', 'getList'] }, (old) =>
    old?.data?.some((r) => r.id === media.id)
      ? { ...old, data: old.data.map((r) => (r.id === media.id ? merged(r, media) : r)) }
      : old,
  );
  client.setQueryData<Overview>(['overview'], (old) => (old ? placed(old, media) : old));
}

const live = (query: Query): boolean => ['media', 'overview'].includes(String(query.queryKey[0]));

/**
 * Takes changes in, also while pages are being read: an answer that was made before a change, and comes after it, must
 * not undo it. Returns what takes a change in, and what stops it.
 */
export function keepUp(client: QueryClient): [take: (media: Row) => void, stop: () => void] {
  const cache = client.getQueryCache();
  const late = new WeakMap<Query, Map<unknown, Row>>(); // what was told while a query was being answered
  const stop = cache.subscribe((event) => {
    if (event.type !== 'updated') return;
    const { query, action } = event;
    if (action.type !== 'fetch' && action.type !== 'error' && (action.type !== 'success' || action.manual)) return;
    const told = late.get(query);
    late.delete(query);
    if (action.type === 'success') told?.forEach((media) => takeIn(client, media));
  });
  const take = (media: Row): void => {
    cache
      .findAll({ predicate: live, fetchStatus: 'fetching' })
      .forEach((query) => late.set(query, (late.get(query) ?? new Map<unknown, Row>()).set(media.id, media)));
    takeIn(client, media);
  };
  return [take, stop];
}

/** Whether a list that is on the screen could show this media and does not know it yet. */
export function isNew(client: QueryClient, media: Row): boolean {
  const lists = client.getQueriesData<Cached>({ queryKey: ['media', 'getList'], type: 'active' });
  return lists.some(([, list]) => list?.data !== undefined && !list.data.some((r) => r.id === media.id));
}

export function LivePage() {
  const client = useQueryClient();
  const may = useSchema().may('list', 'media');
  useEffect(() => {
    if (!may) return undefined;
    const met = new Set<unknown>();
    const [take, stop] = keepUp(client);
    const leave = follow({
      onMedia: (media) => {
        take(media);
        if (met.has(media.id) || !isNew(client, media)) return;
        met.add(media.id); // asked for once: a filtered list may not want it
        void client.invalidateQueries({ queryKey: ['media', 'getList'] });
      },
      onRemoved: () => void client.invalidateQueries({ queryKey: ['media'] }),
      // The stream holds changes only: what happened before it was open is read again.
      onOpen: () =>
        void client.invalidateQueries({
          predicate: (q) => ['media', 'overview', 'pipeline'].includes(String(q.queryKey[0])),
        }),
    });
    return () => {
      leave();
      stop();
    };
  }, [client, may]);
  return null;
}
