/** Saves fields of a record in place, and shows the result wherever the record is shown. */
import { useQueryClient } from '@tanstack/react-query';
import { useDataProvider } from 'react-admin';
import { Problem } from '../../../shared/problem';
import type { StudioProvider } from '../api/dataProvider';
import type { Resource, Row } from '../api/schema';
import { saveFields } from './saveFields';

/** Puts a changed record into the query cache, in the place of what was read before the change. */
export function useShowChanged(): (resource: Resource, row: Row) => Promise<void> {
  const client = useQueryClient();
  return async (resource, row) => {
    // An answer to an earlier request would show the record as it was.
    await client.cancelQueries({ queryKey: [resource.plural, 'getOne'] });
    client.setQueriesData<Row>({ queryKey: [resource.plural, 'getOne'] }, (old) =>
      old?.id === row.id ? { ...old, ...row } : old,
    );
    for (const kind of ['getOne', 'getList', 'getMany', 'getManyReference'])
      void client.invalidateQueries({ queryKey: [resource.plural, kind] });
    for (const kind of ['chosen', 'pick', 'overview'])
      void client.invalidateQueries({ queryKey: kind === 'overview' ? [kind] : [kind, resource.plural] });
    void client.invalidateQueries({ queryKey: ['audit_entries'] });
  };
}

export function useSave(resource: Resource): (record: Row, values: Record<string, unknown>) => Promise<Row> {
  const provider = useDataProvider<StudioProvider>();
  const client = useQueryClient();
  const show = useShowChanged();
  return async (record, values) => {
    try {
      const row = await saveFields(provider, resource, record, values);
      await show(resource, row);
      return row;
    } catch (error) {
      // After a conflict the page shows the version of the others.
      if (error instanceof Problem && error.status === 412)
        void client.invalidateQueries({ queryKey: [resource.plural, 'getOne'] });
      throw error;
    }
  };
}
