/** Tells the API panel the request that saving would send, as the form stands now. */
import { useWatch } from 'react-hook-form';
import { writable } from '../api/dataProvider';
import { etags } from '../api/etags';
import type { Resource, Row } from '../api/schema';
import { useShown } from '../panel/pageRequests';

export function Draft({ resource, record }: { resource: Resource; record: Row | null }) {
  const body = writable(resource, useWatch() as Record<string, unknown>, record);
  const etag = record && etags.of(resource.plural, record.id);
  const one = record ? `${resource.path}/${record.id}` : '';
  useShown(
    record
      ? [
          { name: 'panel.save', method: 'PATCH', url: one, body, ...(etag ? { headers: { 'If-Match': etag } } : {}) },
          { name: 'panel.get', method: 'GET', url: one },
          ...(resource.verbs.includes('delete')
            ? [{ name: 'panel.delete' as const, method: 'DELETE' as const, url: one }]
            : []),
        ]
      : [{ name: 'panel.create', method: 'POST', url: resource.path, body }],
  );
  return null;
}
