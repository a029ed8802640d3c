/** react-admin's data provider over the REST API: cursors, ETags, idempotency keys; PATCH sends only changed fields. */
import type { DataProvider, Identifier } from 'react-admin';
import { CursorPager, type Page } from './cursors';
import { etags } from './etags';
import { request, get } from './http';
import { rememberListUrl } from './lastListUrl';
import { listQuery } from './query';
import { EXPANDED } from '../resource/place';
import { isLabelledByReferences, isReference, type Resource, type Row, type Schema } from './schema';

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** The values to send: writable fields that have changed. */
export function writableValues(
  resource: Resource,
  data: Record<string, unknown>,
  original: Record<string, unknown> | null,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const field of resource.fields) {
    if (field.read_only || (original && field.create_only) || !(field.name in data)) continue;
    const value = data[field.name] === '' ? null : data[field.name];
    if (original ? isSame(value, original[field.name]) : value === undefined || value === null) continue;
    // An empty write-only field means unchanged.
    if (field.write_only && value === null) continue;
    result[field.name] = value;
  }
  return result;
}

/** The URL of a record, with what it refers to where its label is made of that. */
export const recordUrl = (resource: Resource, id: string, references: readonly string[] = []): string => {
  const expand = isLabelledByReferences(resource) && references.length > 0 ? `?expand=${references.join(',')}` : '';
  return `${resource.path}/${encodeURIComponent(id)}${expand}`;
};

export interface BulkResult {
  results: { id: string; status: number; record?: Row; problem?: { title: string; code: string } }[];
}

export interface StudioProvider extends DataProvider {
  runAction(resource: string, id: string, action: string, values: Record<string, unknown>): Promise<Row>;
  bulk(
    resource: string,
    action: string,
    ids: readonly Identifier[],
    values?: Record<string, unknown>,
  ): Promise<BulkResult>;
}

export function createDataProvider(schema: Schema): StudioProvider {
  const cursors = new CursorPager();
  const resourceFor = (name: string): Resource => {
    const resource = schema.find(name);
    if (!resource) throw new Error(`No resource is called ${name}`);
    return resource;
  };
  /** References shown in the list are expanded, so that their labels need no further requests. */
  const expandedReferences = (resource: Resource): string[] =>
    resource.fields
      .filter((f) => isReference(f) && (f.list || EXPANDED[resource.name]?.includes(f.name)))
      .filter((f) => schema.may('get', f.resource ?? ''))
      .map((f) => f.name);

  async function list(
    name: string,
    params: {
      pagination?: { page: number; perPage: number } | undefined;
      sort?: { field: string; order: string } | undefined;
      filter?: Record<string, unknown>;
      signal?: AbortSignal | undefined;
      meta?: { plain?: boolean } | undefined;
    },
  ) {
    const resource = resourceFor(name);
    const { page, perPage } = params.pagination ?? { page: 1, perPage: 25 };
    const listParams = {
      sort: params.sort,
      filter: params.filter,
      limit: Math.min(perPage, 200),
      expand: params.meta?.plain ? [] : expandedReferences(resource),
      total: !params.meta?.plain,
    };
    const key = `${resource.path}?${listQuery(listParams)}`;
    const result: Page<Row> = await cursors.page(key, page, (cursor) => {
      const url = `${resource.path}?${listQuery({ ...listParams, cursor })}`;
      if (!params.meta?.plain) rememberListUrl(resource.plural, url);
      return get(url, { signal: params.signal });
    });
    return {
      data: result.items,
      pageInfo: { hasNextPage: result.next !== null, hasPreviousPage: page > 1 },
      ...(result.total === undefined ? {} : { total: result.total }),
    };
  }

  async function fetchRecord(name: string, id: Identifier, signal?: AbortSignal): Promise<Row> {
    const resource = resourceFor(name);
    const { body, etag } = await request<Row>(
      'GET',
      recordUrl(resource, String(id), expandedReferences(resource)),
      undefined,
      { signal },
    );
    etags.keep(name, String(id), etag);
    return body;
  }

  async function bulk(
    name: string,
    action: string,
    ids: readonly Identifier[],
    values: Record<string, unknown> = {},
  ): Promise<BulkResult> {
    return (await request<BulkResult>('POST', `${resourceFor(name).path}/bulk`, { action, ids, values })).body;
  }

  const provider = {
    supportAbortSignal: true,
    getList: (name: string, params: Parameters<typeof list>[1]) => list(name, params),
    getOne: async (name: string, { id, signal }: { id: Identifier; signal?: AbortSignal }) => ({
      data: await fetchRecord(name, id, signal),
    }),
    getMany: async (name: string, { ids }: { ids: Identifier[] }) => {
      const resource = resourceFor(name);
      const byId =
        resource.fields.some((f) => f.name === 'id' && f.filter?.includes('eq')) && resource.verbs.includes('list');
      if (byId && ids.length > 1)
        return {
          data: (
            await get<Page<Row>>(
              `${resource.path}?${listQuery({ limit: Math.min(200, ids.length), filter: { id: ids } })}`,
            )
          ).items,
        };
      const settled = await Promise.allSettled(ids.map((id) => fetchRecord(name, id)));
      return { data: settled.flatMap((f) => (f.status === 'fulfilled' ? [f.value] : [])) };
    },
    getManyReference: (name: string, params: Parameters<typeof list>[1] & { target: string; id: Identifier }) =>
      list(name, { ...params, filter: { ...params.filter, [params.target]: params.id } }),
    create: async (name: string, { data, meta }: { data: Record<string, unknown>; meta?: { key?: string } }) => {
      const { body, etag } = await request<Row>(
        'POST',
        resourceFor(name).path,
        writableValues(resourceFor(name), data, null),
        {
          headers: { 'Idempotency-Key': meta?.key ?? crypto.randomUUID() },
        },
      );
      etags.keep(name, body.id, etag);
      return { data: body };
    },
    update: async (
      name: string,
      {
        id,
        data,
        previousData,
        meta,
      }: {
        id: Identifier;
        data: Record<string, unknown>;
        previousData: Record<string, unknown>;
        meta?: { overwrite?: boolean };
      },
    ) => {
      const etag = etags.of(name, String(id));
      const { body, etag: next } = await request<Row>(
        'PATCH',
        `${resourceFor(name).path}/${encodeURIComponent(String(id))}`,
        writableValues(resourceFor(name), data, previousData),
        { headers: etag && !meta?.overwrite ? { 'If-Match': etag } : {} },
      );
      etags.keep(name, String(id), next);
      return { data: body };
    },
    updateMany: async (name: string, { ids, data }: { ids: Identifier[]; data: Record<string, unknown> }) => ({
      data: ids,
      ...(await bulk(name, 'update', ids, data)),
    }),
    delete: async (
      name: string,
      { id, previousData, meta }: { id: Identifier; previousData?: Row; meta?: { cascade?: boolean } },
    ) => {
      const query = meta?.cascade ? '?cascade=true' : '';
      await request('DELETE', `${resourceFor(name).path}/${encodeURIComponent(String(id))}${query}`);
      etags.forget(name, String(id));
      return { data: previousData ?? { id } };
    },
    deleteMany: async (name: string, { ids }: { ids: Identifier[] }) => {
      const { results } = await bulk(name, 'delete', ids);
      return { data: results.filter((r) => r.status < 300).map((r) => r.id), results };
    },
    runAction: async (name: string, id: string, action: string, values: Record<string, unknown>) => {
      const { body } = await request<Row>(
        'POST',
        `${resourceFor(name).path}/${encodeURIComponent(id)}/${action}`,
        values,
      );
      etags.forget(name, id);
      return body;
    },
    bulk,
  };
  return provider as unknown as StudioProvider;
}
