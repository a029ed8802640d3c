/** Hooks that search records of a resource and fetch the selected ones. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useDataProvider } from 'react-admin';
import { parseSort } from '../../api/query';
import type { Resource, Row } from '../../api/schema';

export function useReferenceSearch(
  resource: Resource | undefined,
  typed: string,
  open: boolean,
): { matches: Row[]; loading: boolean; settled: boolean } {
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
  return { matches: data ?? [], loading: isFetching, settled: !isFetching && query === typed.trim() };
}

/** Creates a record from its label alone, and keeps it so that it is shown by its label at once. */
export function useCreateByLabel(resource: Resource | undefined): ((label: string) => Promise<Row>) | null {
  const provider = useDataProvider();
  const client = useQueryClient();
  if (!resource || !canCreateByLabel(resource)) return null;
  return async (label) => {
    const { data } = await provider.create<Row>(resource.plural, { data: { [resource.label]: label } as Partial<Row> });
    await client.invalidateQueries({ queryKey: ['pick', resource.plural] });
    client.setQueryData(['pick', resource.plural, 'created', data.id], [data]);
    return data;
  };
}

/** Whether a user may create a record of which only the label is given. Pure. */
export const canCreateByLabel = (resource: Resource): boolean =>
  resource.verbs.includes('create') &&
  resource.fields.every((f) => (f.name === resource.label ? f.type === 'text' : !f.required || f.read_only));

export function useReferencedRecords(resource: Resource | undefined, ids: string[]): Row[] {
  const provider = useDataProvider();
  const client = useQueryClient();
  const { data, isFetching } = useQuery({
    queryKey: ['chosen', resource?.plural, ids.join(',')],
    enabled: resource !== undefined && ids.length > 0,
    placeholderData: keepPreviousData,
    queryFn: async () => (await provider.getMany<Row>(resource!.plural, { ids })).data,
  });
  const picked = () =>
    client.getQueriesData<Row[]>({ queryKey: ['pick', resource?.plural] }).flatMap(([, rows]) => rows ?? []);
  return ids.map(
    (id) => data?.find((row) => row.id === id) ?? picked().find((row) => row.id === id) ?? { id, loading: isFetching },
  );
}
