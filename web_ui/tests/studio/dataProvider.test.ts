import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDataProvider, writableValues } from '../../src/studio/api/dataProvider';
import { setCsrfToken } from '../../src/studio/api/http';
import { errorsByField } from '../../src/studio/api/problem';
import { filterKey, listQuery, parseSort, parseFilterKey } from '../../src/studio/api/query';
import { content, schema } from './schema';

interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
}
let sent: Sent[] = [];
let answers: { status?: number; body?: unknown; headers?: Record<string, string> }[] = [];

beforeEach(() => {
  sent = [];
  answers = [];
  setCsrfToken('t0ken');
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    sent.push({
      method: init.method ?? 'GET',
      url,
      headers: init.headers as Record<string, string>,
      body: init.body ? JSON.parse(String(init.body)) : undefined,
    });
    const { status = 200, body = null, headers = {} } = answers.shift() ?? {};
    return new Response(body === null ? null : JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json', ...headers },
    });
  });
});
afterEach(() => vi.unstubAllGlobals());

const page = (over: object = {}) => ({
  pagination: { page: 1, perPage: 25 },
  sort: { field: 'title', order: 'ASC' as const },
  filter: {},
  ...over,
});

test('getList sends filters, sort and expansions, and returns the total', async () => {
  answers = [
    { body: { items: [{ id: 'a' }], next: 'c2', total: 40 } },
    { body: { items: [{ id: 'b' }], next: null, total: 40 } },
  ];
  const provider = createDataProvider(schema);
  const filter = { q: 'night train', title__contains: 'x', status: 'draft,published' };
  expect(await provider.getList('content', page({ filter }))).toEqual({
    data: [{ id: 'a' }],
    total: 40,
    pageInfo: { hasNextPage: true, hasPreviousPage: false },
  });
  expect(sent[0]!.url).toBe(
    '/api/v1/dashboard/content?limit=25&sort=title&q=night+train&status=draft,published&title.contains=x' +
      '&expand=categories&total=true',
  );
  const second = await provider.getList('content', page({ filter, pagination: { page: 2, perPage: 25 } }));
  expect(second.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: true });
  expect(sent[1]!.url).toContain('&cursor=c2');
});

test('update sends the changed fields with If-Match', async () => {
  answers = [
    { body: { id: 'a', title: 'Old', notes: 'n' }, headers: { etag: '"a.3"' } },
    { body: { id: 'a', title: 'New' }, headers: { etag: '"a.4"' } },
    { body: { id: 'a' } },
  ];
  const provider = createDataProvider(schema);
  const { data } = await provider.getOne('content', { id: 'a' });
  await provider.update('content', { id: 'a', data: { ...data, title: 'New' }, previousData: data });
  expect(sent[1]).toMatchObject({
    method: 'PATCH',
    body: { title: 'New' },
    headers: { 'If-Match': '"a.3"', 'X-CSRF-Token': 't0ken' },
  });
  await provider.update('content', {
    id: 'a',
    data: { id: 'a', notes: 'x' },
    previousData: { id: 'a' },
    meta: { overwrite: true },
  });
  expect(sent[2]!.headers['If-Match']).toBeUndefined();
});

test('an edit conflict keeps its problem code', async () => {
  answers = [{ status: 412, body: { code: 'changed_meanwhile', title: 'Changed meanwhile', status: 412 } }];
  const failed = createDataProvider(schema).update('content', {
    id: 'z',
    data: { title: 'x' },
    previousData: { id: 'z', title: 'y' },
  });
  await expect(failed).rejects.toMatchObject({ status: 412, code: 'changed_meanwhile' });
});

test('create sends an Idempotency-Key and maps errors to fields', async () => {
  answers = [
    {
      status: 422,
      body: {
        status: 422,
        code: 'invalid',
        title: 'Not right',
        errors: [{ field: 'title', code: 'required', reason: 'is missing', remedy: 'Enter a title' }],
      },
    },
    { status: 201, body: { id: 'n' } },
  ];
  const provider = createDataProvider(schema);
  const create = () =>
    provider.create('content', { data: { title: '', status: 'draft', slug: 'x' }, meta: { key: 'k1' } });
  const error = await create().catch((e: unknown) => e);
  expect((error as { body: unknown }).body).toEqual({ errors: { title: 'Is missing. Enter a title.' } });
  await create();
  expect(sent.map((s) => s.headers['Idempotency-Key'])).toEqual(['k1', 'k1']);
  expect(sent[0]!.body).toEqual({ slug: 'x' });
});

test('getMany uses one request where the server supports it', async () => {
  answers = [{ body: { items: [{ id: 'a' }, { id: 'b' }], next: null } }];
  await createDataProvider(schema).getMany('content', { ids: ['a', 'b'] });
  expect(sent.map((s) => s.url)).toEqual(['/api/v1/dashboard/content?limit=2&id=a,b']);
});

test('deleteMany returns the deleted ids', async () => {
  answers = [
    {
      body: {
        results: [
          { id: 'a', status: 204 },
          { id: 'b', status: 409, problem: { title: 'In use', code: 'in_use' } },
        ],
      },
    },
  ];
  expect((await createDataProvider(schema).deleteMany('content', { ids: ['a', 'b'] })).data).toEqual(['a']);
  expect(sent[0]).toMatchObject({ url: '/api/v1/dashboard/content/bulk', body: { action: 'delete', ids: ['a', 'b'] } });
});

test('read-only fields are not sent', () => {
  expect(writableValues(content, { title: 'x', status: 'draft', slug: 's', unknown: 1, pin: '' }, null)).toEqual({
    title: 'x',
    slug: 's',
  });
  expect(
    writableValues(
      content,
      { title: '', slug: 'new', categories: ['b', 'a'] },
      { title: 'x', slug: 'old', categories: ['a', 'b'] },
    ),
  ).toEqual({ title: null, categories: ['b', 'a'] });
});

test('errors of nested fields are mapped', () => {
  expect(errorsByField([{ field: 'translations.de.title', code: 'x', reason: 'too long', remedy: '' }])).toEqual({
    translations: { de: { title: 'Too long.' } },
  });
});

test('filter keys round-trip', () => {
  expect(parseFilterKey(filterKey('created_at', 'gte'))).toEqual({ field: 'created_at', operator: 'gte' });
  expect(parseFilterKey('status')).toEqual({ field: 'status', operator: 'eq' });
  expect(listQuery({ limit: 1, filter: { a: '', b: null, c: [] } })).toBe('limit=1');
  expect(parseSort('-x')).toEqual({ field: 'x', order: 'DESC' });
});
