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

export function LivePage() {
  const client = useQueryClient();
  const may = useSchema().may('list', 'media');
  useEffect(() => {
    if (!may) return undefined;
    let first = true;
    return follow({
      onMedia: (media) => takeIn(client, media),
      onRemoved: () => void client.invalidateQueries({ queryKey: ['media'] }),
      // The stream holds changes only: after a break everything is read again.
      onOpen: () => {
        if (!first) void client.invalidateQueries({ predicate: (q) => ['media', 'overview', 'pipeline'].includes(String(q.queryKey[0])) });
        first = false;
      },
    });
  }, [client, may]);
  return null;
}
