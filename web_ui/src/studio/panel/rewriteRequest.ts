/** Rewrites a dashboard request for another API surface, or gives the reason why that is not possible. Pure. */
import { parseSort, parseFilterKey } from '../api/query';
import type { Resource, Schema, Surface } from '../api/schema';

export const SURFACES: readonly Surface[] = ['dashboard', 'public', 'partner'];
export interface Request {
  method: string;
  url: string;
  body?: unknown;
}
export type UnavailableReason = 'no_resource' | 'no_surface' | 'no_verb';
export type Rewritten = { request: Request; dropped: string[] } | { reason: UnavailableReason; verb?: string };

const PARAMETERS = new Set(['limit', 'cursor', 'sort', 'fields', 'expand', 'q', 'total']);

/** The resource and verb of a request. */
export function parseRequest(
  schema: Schema,
  { method, url }: Request,
): { resource: Resource; rest: string; verb: string } | null {
  const path = url.split('?')[0]!;
  const resource = schema.resources.find((r) => path === r.path || path.startsWith(`${r.path}/`));
  if (!resource) return null;
  const rest = path.slice(resource.path.length);
  const parts = rest.split('/').filter(Boolean);
  const verb =
    parts[0] === 'bulk' && parts.length === 1
      ? 'bulk'
      : parts.length >= 2
        ? parts[1]!
        : ((
            { GET: parts.length ? 'get' : 'list', POST: 'create', PATCH: 'update', DELETE: 'delete' } as Record<
              string,
              string
            >
          )[method] ?? method.toLowerCase());
  return { resource, rest, verb };
}

function rewriteQuery(search: string, fields: ReadonlySet<string>): { text: string; dropped: string[] } {
  const dropped: string[] = [];
  const result = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(search)) {
    if (name === 'expand' || name === 'fields') {
      const known = value.split(',').filter((f) => fields.has(f));
      if (known.length) result.set(name, known.join(','));
      else dropped.push(name);
    } else if (
      name === 'sort'
        ? fields.has(parseSort(value).field)
        : PARAMETERS.has(name) || fields.has(parseFilterKey(name.replace('.', '__')).field)
    )
      result.set(name, value);
    else dropped.push(name);
  }
  return { text: result.toString().replaceAll('%2C', ','), dropped };
}

export function rewriteRequest(schema: Schema, request: Request, surface: Surface): Rewritten {
  if (surface === 'dashboard') return { request, dropped: [] };
  const parsed = parseRequest(schema, request);
  if (!parsed) {
    // Uploads are the only partner endpoint outside the resources.
    if (surface === 'partner' && request.url.startsWith('/api/v1/dashboard/uploads'))
      return { request: { ...request, url: request.url.replace('/dashboard/', '/partner/') }, dropped: [] };
    return { reason: 'no_resource' };
  }
  const { resource, rest, verb } = parsed;
  const surfaceSpec = resource.surfaces[surface];
  if (!surfaceSpec) return { reason: 'no_surface' };
  if (![...surfaceSpec.verbs, ...(surfaceSpec.actions ?? [])].includes(verb)) return { reason: 'no_verb', verb };
  const fields = new Set(surfaceSpec.fields);
  const { text, dropped } = rewriteQuery(request.url.split('?')[1] ?? '', fields);
  const body =
    request.body && typeof request.body === 'object' && ['create', 'update'].includes(verb)
      ? Object.fromEntries(Object.entries(request.body).filter(([name]) => fields.has(name) || !dropped.push(name)))
      : request.body;
  return {
    request: {
      method: request.method,
      url: `${surfaceSpec.path}${rest}${text ? `?${text}` : ''}`,
      ...(body === undefined ? {} : { body }),
    },
    dropped,
  };
}
