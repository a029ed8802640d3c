/** Hooks that search records of a resource and fetch the selected ones. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useDataProvider } from 'react-admin';
import { parseSort } from '../../api/query';
import type { Resource, Row } from '../../api/schema';

export function useReferenceSearch(
  resource: Resource | undefined,
  typed: string,
  open: boolean,
): { matches: Row[]; loading: boolean } {
  const provider = useDataProvider();
  const [query, setQuery] = useState('');
  useEffect(() => {
    const timer = window.setTimeout(() => setQuery(typed.trim()), 200);
    return () => window.clearTimeout(timer);
  }, [typed]);
  const byLabel = resource?.fields.find((f) => f.name === resource.label);
  const { data, isFetching } = useQuery({
    queryKey: ['pick', resource?.plural, query],
    enabled: open && resource !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 20_000,
    queryFn: async ({ signal }) => {
      const filter = !query
        ? {}
        : resource!.search
          ? { q: query }
          : byLabel?.filter?.includes('contains')
            ? { [`${byLabel.name}__contains`]: query }
            : {};
      return (
        await provider.getList<Row>(resource!.plural, {
          pagination: { page: 1, perPage: 20 },
          sort: parseSort(resource!.sort),
          filter,
          meta: { plain: true },
          signal,
        })
      ).data;
    },
  });
  return { matches: data ?? [], loading: isFetching };
}

export function useReferencedRecords(resource: Resource | undefined, ids: string[]): Row[] {
  const provider = useDataProvider();
  const { data } = useQuery({
    queryKey: ['chosen', resource?.plural, ids.join(',')],
    enabled: resource !== undefined && ids.length > 0,
    placeholderData: keepPreviousData,
    queryFn: async () => (await provider.getMany<Row>(resource!.plural, { ids })).data,
  });
  return ids.map((id) => data?.find((row) => row.id === id) ?? { id });
}
