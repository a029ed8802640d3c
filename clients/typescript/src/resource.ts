/** The operations that resources have in common. */
import { OTNetError } from './errors.js';
import { type Page, Paginator } from './paginator.js';
import { jsonOf, type Query, type RequestOptions, type Transport } from './transport.js';

export type { RequestOptions };

/** A record of the API. Fields that were not requested, or that are new in the API, may be missing in its type. */
export interface ApiRecord {
  /** The version of the record, for `update` and `delete`; not enumerable, and missing in lists. */
  readonly etag?: string;
  /** The referenced records of the fields that were named in `expand`. */
  // biome-ignore lint/suspicious/noExplicitAny: their types depend on the fields
  expanded?: Record<string, any>;
}

/** The numbers of records that were deleted, or lost a reference, by resource; empty without `cascade`. */
export interface Deletion {
  deleted: Record<string, number>;
  cleared: Record<string, number>;
}

/** The result for one id: `record`, or `problem` if the operation failed. */
export interface BulkResult {
  id: string;
  status: number;
  record?: Record<string, unknown>;
  problem?: Record<string, unknown>;
  deleted?: Record<string, number>;
  cleared?: Record<string, number>;
}

export abstract class Resource<T> {
  protected abstract readonly plural: string;
  protected readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  protected listPages(query: object, options: RequestOptions): Paginator<T> {
    return new Paginator<T>(async (cursor): Promise<Page<T>> => {
      const sent = { ...query, ...(cursor ? { cursor } : {}) };
      return checkedPage(await this.transport.json('GET', [this.plural], { query: sent }, options));
    });
  }

  protected async retrieveRecord(id: string, query: object, options: RequestOptions): Promise<T> {
    return recordOf(await this.transport.request('GET', [this.plural, id], { query: query as Query }, options));
  }

  protected async createRecord(values: object, options: RequestOptions & { idempotencyKey?: string }): Promise<T> {
    const headers = { 'Idempotency-Key': options.idempotencyKey ?? crypto.randomUUID() };
    return recordOf(await this.transport.request('POST', [this.plural], { json: values, headers }, options));
  }

  protected async updateRecord(id: string, values: object, options: RequestOptions & { etag?: string }): Promise<T> {
    const content = { json: values, headers: ifMatch(options.etag) };
    return recordOf(await this.transport.request('PATCH', [this.plural, id], content, options));
  }

  protected async upsertRecord(externalId: string, values: object, options: RequestOptions): Promise<T> {
    const path = [this.plural, 'by-external-id', externalId];
    return recordOf(await this.transport.request('PUT', path, { json: values }, options));
  }

  protected async deleteRecord(
    id: string,
    chosen: Record<string, boolean | undefined>,
    options: RequestOptions & { etag?: string },
  ): Promise<Deletion> {
    const query = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value));
    const content = { query, headers: ifMatch(options.etag) };
    const response = await this.transport.request('DELETE', [this.plural, id], content, options);
    const counts = response.status === 204 ? {} : await jsonOf(response);
    return { deleted: counts.deleted ?? {}, cleared: counts.cleared ?? {} };
  }

  protected async actOn(id: string, action: string, values: object, options: RequestOptions): Promise<T> {
    return recordOf(await this.transport.request('POST', [this.plural, id, action], { json: values }, options));
  }

  protected async bulkRecords(
    action: string,
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean },
  ): Promise<BulkResult[]> {
    const { values, cascade } = options;
    const json = { action, ids, ...(values ? { values } : {}), ...(cascade ? { cascade } : {}) };
    return (await this.transport.json('POST', [this.plural, 'bulk'], { json }, options)).results;
  }
}

/** The record of a response, with its ETag. */
export async function recordOf<T>(response: Response): Promise<T> {
  const record = await jsonOf(response);
  if (typeof record.id !== 'string') throw new OTNetError('The response is no record. Check the URL of the server.');
  const etag = response.headers.get('etag');
  if (etag !== null) Object.defineProperty(record, 'etag', { value: etag });
  return record;
}

/** The page of a list. Throws OTNetError when something else than OTNet responded. */
// biome-ignore lint/suspicious/noExplicitAny: the callers know the types of the API
export function checkedPage(page: any): any {
  if (Array.isArray(page.items)) return page;
  throw new OTNetError('The response is no list. Check the URL of the server.');
}

function ifMatch(etag: string | undefined): Record<string, string> {
  return etag ? { 'If-Match': etag } : {};
}
