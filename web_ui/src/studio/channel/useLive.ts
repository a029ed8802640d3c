/** Reads the live stream of a channel every two seconds while the page is visible, and its stream keys. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { get, post, request } from '../api/http';
import { liveStatusOf, type LiveStatus, type NewStreamKey, type StreamKey } from './live';

const CHANNELS = '/api/v1/dashboard/channels';
const LIVE_MS = 2000;
/** Where the server has no answer. */
const RETRY_MS = 15_000;

export const liveUrl = (channel: string): string => `${CHANNELS}/${channel}/live`;
export const keysUrl = (channel: string): string => `${CHANNELS}/${channel}/stream_keys`;

/** Undefined while it is read for the first time; null where the server does not tell. */
export function useLive(channel: string, every = LIVE_MS) {
  const { data, isPending } = useQuery<LiveStatus | null>({
    queryKey: ['live', channel],
    retry: false,
    refetchInterval: (query) => (query.state.data ? every : RETRY_MS),
    queryFn: async ({ signal }) => liveStatusOf(await get<unknown>(liveUrl(channel), { signal })),
  });
  return isPending ? undefined : (data ?? null);
}

export function useStreamKeys(channel: string, enabled: boolean) {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['stream_keys', channel],
    enabled,
    queryFn: ({ signal }) => get<{ items: StreamKey[] }>(keysUrl(channel), { signal }),
  });
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } finally {
      void client.invalidateQueries({ queryKey: ['stream_keys', channel] });
      void client.invalidateQueries({ queryKey: ['live', channel] });
    }
  };
  return {
    keys: data?.items ?? null,
    error: data ? null : error,
    refetch: () => void refetch(),
    create: (name: string) => run(() => post<NewStreamKey>(keysUrl(channel), { name })),
    rotate: (id: string, overlap_hours: number) =>
      run(() => post<NewStreamKey>(`${keysUrl(channel)}/${id}/rotate`, { overlap_hours })),
    revoke: (id: string) => run(() => request('DELETE', `${keysUrl(channel)}/${id}`)),
  };
}
