/** Converts react-admin's list parameters to the API's query string. Pure. */

export interface ListParams {
  sort?: { field: string; order: string } | undefined;
  filter?: Record<string, unknown> | undefined;
  limit: number;
  cursor?: string | null;
  expand?: readonly string[];
  total?: boolean;
}

/** react-admin nests by dots, so the studio joins a filter's operator with two underscores: `title__contains`. */
export const filterKey = (field: string, operator: string): string =>
  operator === 'eq' ? field : `${field}__${operator}`;

export function parseFilterKey(key: string): { field: string; operator: string } {
  const at = key.lastIndexOf('__');
  return at < 0 ? { field: key, operator: 'eq' } : { field: key.slice(0, at), operator: key.slice(at + 2) };
}

function valueText(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(',') : String(value);
}

export function listQuery({ sort, filter = {}, limit, cursor, expand = [], total = false }: ListParams): string {
  const query = new URLSearchParams();
  query.set('limit', String(limit));
  if (sort?.field) query.set('sort', `${sort.order === 'DESC' ? '-' : ''}${sort.field}`);
  for (const key of Object.keys(filter).sort()) {
    const value = filter[key];
    if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)) continue;
    const { field, operator } = parseFilterKey(key);
    query.set(operator === 'eq' ? field : `${field}.${operator}`, valueText(value));
  }
  if (expand.length > 0) query.set('expand', expand.join(','));
  if (total) query.set('total', 'true');
  if (cursor) query.set('cursor', cursor);
  // Commas separate values and are allowed in a query (RFC 3986, 3.4): keep them readable.
  return query.toString().replaceAll('%2C', ',');
}

/** "-created_at" → react-admin's sort parameter. */
export function parseSort(text: string | undefined): { field: string; order: 'ASC' | 'DESC' } {
  if (!text) return { field: 'id', order: 'ASC' };
  return text.startsWith('-') ? { field: text.slice(1), order: 'DESC' } : { field: text, order: 'ASC' };
}
