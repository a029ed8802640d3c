/** Applies media changes to the query cache, so that lists, home and media pages update live. */
import { useQueryClient, type Query, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Row } from '../api/schema';
import { useSchema } from '../SchemaContext';
import type { Overview } from '../home/overview';
import { withMediaChange } from '../home/overview';
import { subscribeToMedia } from './mediaEvents';

interface Cached {
  data?: Row[];
}
const mergeRow = (old: Row, next: Row): Row => ({ ...old, ...next });

export function applyMediaChange(client: QueryClient, media: Row): void {
  client.setQueriesData<Row>({ queryKey: ['media', 'getOne'] }, (old) =>
    old?.id === media.id ? mergeRow(old, media) : old,
  );
  client.setQueriesData<Cached>({ queryKey: ['media', 'getList'] }, (old) =>
    old?.data?.some((r) => r.id === media.id)
      ? { ...old, data: old.data.map((r) => (r.id === media.id ? mergeRow(r, media) : r)) }
      : old,
  );
  client.setQueryData<Overview>(['overview'], (old) => (old ? withMediaChange(old, media) : old));
}

const isMediaQuery = (query: Query): boolean => ['media', 'overview'].includes(String(query.queryKey[0]));

/**
 * Applies changes and replays them after fetches in progress: a response from before a change must not undo it.
 * Returns the functions that apply a change and stop tracking.
 */
export function trackMediaChanges(client: QueryClient): [apply: (media: Row) => void, stop: () => void] {
  const cache = client.getQueryCache();
  const changesDuringFetch = new WeakMap<Query, Map<unknown, Row>>(); // what was told while a query was being answered
  const stop = cache.subscribe((event) => {
    if (event.type !== 'updated') return;
    const { query, action } = event;
    if (action.type !== 'fetch' && action.type !== 'error' && (action.type !== 'success' || action.manual)) return;
    const changes = changesDuringFetch.get(query);
    changesDuringFetch.delete(query);
    if (action.type === 'success') changes?.forEach((media) => applyMediaChange(client, media));
  });
  const apply = (media: Row): void => {
    cache
      .findAll({ predicate: isMediaQuery, fetchStatus: 'fetching' })
      .forEach((query) =>
        changesDuringFetch.set(query, (changesDuringFetch.get(query) ?? new Map<unknown, Row>()).set(media.id, media)),
      );
    applyMediaChange(client, media);
  };
  return [apply, stop];
}

/** Whether a visible list does not contain this media yet. */
export function isUnknownToLists(client: QueryClient, media: Row): boolean {
  const lists = client.getQueriesData<Cached>({ queryKey: ['media', 'getList'], type: 'active' });
  return lists.some(([, list]) => list?.data !== undefined && !list.data.some((r) => r.id === media.id));
}

export function MediaUpdates() {
  const client = useQueryClient();
  const canList = useSchema().may('list', 'media');
  useEffect(() => {
    if (!canList) return undefined;
    const requested = new Set<unknown>();
    const [apply, stop] = trackMediaChanges(client);
    const unsubscribe = subscribeToMedia({
      onMedia: (media) => {
        apply(media);
        if (requested.has(media.id) || !isUnknownToLists(client, media)) return;
        requested.add(media.id); // asked for once: a filtered list may not want it
        void client.invalidateQueries({ queryKey: ['media', 'getList'] });
      },
      onRemoved: () => void client.invalidateQueries({ queryKey: ['media'] }),
      // The stream has no history: refetch what changed before it opened.
      onOpen: () =>
        void client.invalidateQueries({
          predicate: (q) => ['media', 'overview', 'pipeline'].includes(String(q.queryKey[0])),
        }),
    });
    return () => {
      unsubscribe();
      stop();
    };
  }, [client, canList]);
  return null;
}
