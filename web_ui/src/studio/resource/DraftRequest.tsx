/** Publishes the request that saving the form would send to the API panel. */
import { useWatch } from 'react-hook-form';
import { writableValues } from '../api/dataProvider';
import { etags } from '../api/etags';
import type { Resource, Row } from '../api/schema';
import { usePageRequests } from '../panel/pageRequests';

export function DraftRequest({ resource, record }: { resource: Resource; record: Row | null }) {
  const body = writableValues(resource, useWatch() as Record<string, unknown>, record);
  const etag = record && etags.of(resource.plural, record.id);
  const recordUrl = record ? `${resource.path}/${record.id}` : '';
  usePageRequests(
    record
      ? [
          {
            name: 'panel.save',
            method: 'PATCH',
            url: recordUrl,
            body,
            ...(etag ? { headers: { 'If-Match': etag } } : {}),
          },
          { name: 'panel.get', method: 'GET', url: recordUrl },
          ...(resource.verbs.includes('delete')
            ? [{ name: 'panel.delete' as const, method: 'DELETE' as const, url: recordUrl }]
            : []),
        ]
      : [{ name: 'panel.create', method: 'POST', url: resource.path, body }],
  );
  return null;
}
