import { expect, test } from 'vitest';
import { KeyboardModel, applyKey, type KeyboardLayout } from '../src/focus/keyboardModel';
import type { Direction } from '../src/focus/shelfModel';

const walk = (keys: KeyboardModel, way: Direction[]): string => {
  for (const to of way) keys.move(to);
  return keys.key.id;
};

test.each<[KeyboardLayout, Direction[], string]>([
  ['search', [], 'a'],
  ['search', ['right', 'down'], 'h'],
  ['search', ['down', 'down', 'down', 'down', 'down', 'down', 'right'], 'delete'],
  ['search', ['left'], 'a'],
  ['pin', ['down', 'down', 'right', 'down'], '0'],
  ['pin', ['down', 'down', 'down', 'right', 'right'], 'delete'],
  ['address', ['down', 'down', 'down', 'down'], 'https://'],
  ['address', ['down', 'down', 'down', 'down', 'right', 'right', 'right', 'right', 'right'], 'done'],
])('%s: moving %j focuses %s', (layout, way, id) => {
  expect(walk(new KeyboardModel(layout), way)).toBe(id);
});

test.each<KeyboardLayout>(['search', 'address', 'pin'])(
  'every key of %s can be reached, and none twice is there',
  (layout) => {
    const keys = new KeyboardModel(layout);
    const reached = new Set([keys.index]);
    const queue = [keys.index];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const to of ['left', 'right', 'up', 'down'] as const) {
        keys.index = at;
        if (keys.move(to) && !reached.has(keys.index)) {
          reached.add(keys.index);
          queue.push(keys.index);
        }
      }
    }
    expect(reached.size).toBe(keys.keys.length);
    expect(new Set(keys.keys.map((k) => k.id)).size).toBe(keys.keys.length);
  },
);

test('the German layout has umlauts', () => {
  expect(new KeyboardModel('search', 'de').keys.some((k) => k.id === 'ä')).toBe(true);
});

test.each<[string, string, string]>([
  ['ab', 'c', 'abc'],
  ['ab', 'delete', 'a'],
  ['', 'delete', ''],
  ['ab', 'clear', ''],
  ['ab', 'space', 'ab '],
  ['ab', 'done', 'ab'],
  ['192.168.1.2', ':8096', '192.168.1.2:8096'],
])('%j with the key %s becomes %j', (text, id, result) => {
  expect(applyKey(text, id)).toBe(result);
});
