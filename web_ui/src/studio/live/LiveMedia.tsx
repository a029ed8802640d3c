/** Puts every change of media into what the pages have read already, so that lists, home and media pages move. */
import { useQueryClient, type Query, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Row } from '../api/schema';
import { useSchema } from '../SchemaContext';
import type { Overview } from '../home/overview';
import { placed } from '../home/overview';
import { follow } from './feed';

interface Cached { data?: Row[] }
const merged = (old: Row, next: Row): Row => ({ ...old, ...next });

export function takeIn(client: QueryClient, media: Row): void {
  client.setQueriesData<Row>({ queryKey: ['media', 'getOne'] }, (old) => (old?.id === media.id ? merged(old, media) : old));
  client.setQueriesData<Cached>({ queryKey: ['media', 'getList'] }, (old) =>
    old?.data?.some((r) => r.id === media.id) ? { ...old, data: old.data.map((r) => (r.id === media.id ? merged(r, media) : r)) } : old);
  client.setQueryData<Overview>(['overview'], (old) => (old ? placed(old, media) : old));
}

const LIVE = new Set<unknown>(['media', 'overview']);
const live = (query: Query): boolean => LIVE.has(query.queryKey[0]);

/**
 * Takes changes in, also while pages are being read: an answer that was made before a change, and comes after it, must
 * not undo it. Returns what takes a change in, and what stops it.
 */
export function keepUp(client: QueryClient): [take: (media: Row) => void, stop: () => void] {
  const late = new Map<unknown, Row>();
  const stop = client.getQueryCache().subscribe((event) => {
    if (late.size === 0 || event.type !== 'updated' || event.action.type !== 'success' || event.action.manual || !live(event.query)) return;
    const told = [...late.values()];
    if (client.isFetching({ predicate: live }) === 0) late.clear();
    told.forEach((media) => takeIn(client, media));
  });
  const take = (media: Row): void => {
    if (client.isFetching({ predicate: live }) > 0) late.set(media.id, media);
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
      onOpen: () => void client.invalidateQueries({ predicate: (q) => ['media', 'overview', 'pipeline'].includes(String(q.queryKey[0])) }),
    });
    return () => {
      leave();
      stop();
    };
  }, [client, may]);
  return null;
}
