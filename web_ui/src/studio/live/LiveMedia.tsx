/** Puts every change of media into what the pages have read already, so that lists, home and media pages move. */
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
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
    return follow({
      onMedia: (media) => {
        takeIn(client, media);
        if (met.has(media.id) || !isNew(client, media)) return;
        met.add(media.id); // asked for once: a filtered list may not want it
        void client.invalidateQueries({ queryKey: ['media', 'getList'] });
      },
      onRemoved: () => void client.invalidateQueries({ queryKey: ['media'] }),
      // The stream holds changes only: what happened before it was open is read again.
      onOpen: () => void client.invalidateQueries({ predicate: (q) => ['media', 'overview', 'pipeline'].includes(String(q.queryKey[0])) }),
    });
  }, [client, may]);
  return null;
}
