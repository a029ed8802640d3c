import { expect, test } from 'vitest';
import { parseRequest, rewriteRequest } from '../../src/studio/panel/rewriteRequest';
import { parseHeaders } from '../../src/studio/panel/HeadersEditor';
import { schema } from './schema';

const list = {
  method: 'GET',
  url:
    '/api/v1/dashboard/content?limit=25&sort=title&status=draft&title.contains=x' +
    '&expand=categories,organization&total=true',
};

test('a request is parsed into resource and verb', () => {
  expect(parseRequest(schema, list)?.verb).toBe('list');
  expect(parseRequest(schema, { method: 'GET', url: '/api/v1/dashboard/content/abc' })?.verb).toBe('get');
  expect(parseRequest(schema, { method: 'POST', url: '/api/v1/dashboard/content/abc/publish' })?.verb).toBe('publish');
  expect(parseRequest(schema, { method: 'GET', url: '/api/v1/dashboard/overview' })).toBeNull();
});

test('the public surface has other paths and fewer fields', () => {
  expect(rewriteRequest(schema, list, 'public')).toEqual({
    request: {
      method: 'GET',
      url: '/api/v1/public/content?limit=25&sort=title&title.contains=x&expand=categories&total=true',
    },
    dropped: ['status'],
  });
});

test('fields that a surface does not accept are removed from the body', () => {
  const save = { method: 'PATCH', url: '/api/v1/dashboard/content/abc', body: { title: 'x', notes: 'y' } };
  expect(rewriteRequest(schema, save, 'partner')).toEqual({
    request: { method: 'PATCH', url: '/api/v1/partner/content/abc', body: { title: 'x' } },
    dropped: ['notes'],
  });
});

test.each([
  [{ method: 'POST', url: '/api/v1/dashboard/content' }, 'public', { reason: 'no_verb', verb: 'create' }],
  [{ method: 'GET', url: '/api/v1/dashboard/categories' }, 'partner', { reason: 'no_surface' }],
  [{ method: 'GET', url: '/api/v1/dashboard/overview' }, 'public', { reason: 'no_resource' }],
] as const)('%j is not on %s', (request, surface, answer) =>
  expect(rewriteRequest(schema, request, surface)).toEqual(answer),
);

test('actions exist only on surfaces that offer them', () => {
  const publish = { method: 'POST', url: '/api/v1/dashboard/content/abc/publish', body: {} };
  expect(rewriteRequest(schema, publish, 'partner')).toMatchObject({
    request: { url: '/api/v1/partner/content/abc/publish' },
  });
  expect(rewriteRequest(schema, publish, 'public')).toEqual({ reason: 'no_verb', verb: 'publish' });
});

test('uploads exist on the partner surface', () => {
  expect(rewriteRequest(schema, { method: 'POST', url: '/api/v1/dashboard/uploads' }, 'partner')).toMatchObject({
    request: { url: '/api/v1/partner/uploads' },
  });
});

test('headers are parsed from text', () => {
  expect(parseHeaders('Accept: a/b\nX-One:  two: three\nnonsense\nbad name: x')).toEqual({
    Accept: 'a/b',
    'X-One': 'two: three',
  });
});
