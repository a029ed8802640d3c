import { expect, test } from 'vitest';
import { Problem, parseProblem, problemOf, unreachableProblem } from '../../shared/problem';

test('a problem document is parsed', () => {
  const errors = [{ field: 'email', code: 'taken', reason: 'is taken' }];
  const problem = parseProblem(422, { code: 'invalid', title: 'No.', remedy: 'Choose another.', errors }, '30');
  expect(problem).toBeInstanceOf(Problem);
  expect([problem.status, problem.code, problem.title, problem.message, problem.remedy]).toEqual([
    422,
    'invalid',
    'No.',
    'No.',
    'Choose another.',
  ]);
  expect(problem.errors).toEqual([{ field: 'email', code: 'taken', reason: 'is taken', remedy: '' }]);
  expect(problem.retryAfter).toBe(30);
});

test.each([null, '<html>', 7, [], { code: 3, title: null, errors: 'x' }])(
  'a body %j is no problem document',
  (body) => {
    const problem = parseProblem(502, body, 'Wed, 21 Oct', { title: 'Bad Gateway' });
    expect([problem.code, problem.title, problem.errors, problem.retryAfter]).toEqual([
      'http_502',
      'Bad Gateway',
      [],
      null,
    ]);
  },
);

test('a response is read, also without JSON', async () => {
  const headers = { 'retry-after': '3' };
  const known = await problemOf(new Response('{"code":"not_ready","title":"Wait."}', { status: 409, headers }));
  expect([known.status, known.code, known.retryAfter]).toEqual([409, 'not_ready', 3]);
  expect((await problemOf(new Response('', { status: 503 }))).code).toBe('http_503');
});

test('an unreachable server has no status', () => {
  expect([unreachableProblem(true).code, unreachableProblem(false).code]).toEqual(['unreachable', 'offline']);
  expect(unreachableProblem(true).status).toBe(0);
});
