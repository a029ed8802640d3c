import { expect, test } from 'vitest';
import { idFromPath, watchPath } from '../src/api';
import { matches, sections, settle } from '../src/library';
import { media } from './media';

test('changes that arrive while the list is read win over the list', () => {
  const list = [media({ id: 'a', title: 'old' }), media({ id: 'b' })];
  const titles = settle(list, new Map([['a', media({ id: 'a', title: 'new' })], ['b', null], ['c', media({ id: 'c' })]]));
  expect([...titles.keys()]).toEqual(['a', 'c']);
  expect(titles.get('a')?.title).toBe('new');
});

test('work first, failures apart, the library newest first', () => {
  const shown = sections([
    media({ id: 'old', state: 'ready', created_at: '2030-01-01T00:00:00Z' }), media({ id: 'new', state: 'ready', created_at: '2030-01-02T00:00:00Z' }),
    media({ id: 'waits', state: 'found', created_at: '2030-01-03T00:00:00Z' }), media({ id: 'runs', state: 'encoding' }), media({ id: 'bad', state: 'failed' }),
  ]);
  const ids = (list: { id: string }[]) => list.map((m) => m.id);
  expect(ids(shown.working)).toEqual(['runs', 'waits']);
  expect(ids(shown.failed)).toEqual(['bad']);
  expect(ids(shown.library)).toEqual(['new', 'old']);
});

test.each([
  ['Der Himmel über Berlin', 'uber', true], ['Der Himmel über Berlin', 'berlin himmel', true], ['Sierpiński', 'SIERPINSKI', true],
  ['Dusk', 'dawn', false], ['anything', '', true],
])('%s / %s', (title, query, found) => expect(matches(title, query)).toBe(found));

test('the address of a title, there and back', () => {
  expect(idFromPath(watchPath('a/b c'))).toBe('a/b c');
  expect(idFromPath('/watch/abc/')).toBe('abc');
  expect(idFromPath('/watch/')).toBeNull();
  expect(idFromPath('/watch/%E0%A4%A')).toBeNull();
});
