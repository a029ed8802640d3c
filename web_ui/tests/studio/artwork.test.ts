import { expect, test } from 'vitest';
import { ASPECTS, middle } from '../../src/studio/artwork/crop';
import { SIZES, slotsOf } from '../../src/studio/artwork/slots';

test.each([
  ['content', 'film', ['poster', 'backdrop', 'square', 'logo']],
  ['content', 'podcast_episode', ['square', 'backdrop']],
  ['series', 'series', ['poster', 'backdrop', 'square', 'logo']],
  ['person', undefined, ['square']],
  ['channel', undefined, ['logo', 'square']],
  ['organization', undefined, ['logo', 'square']],
])('artwork of %s (%s)', (resource, kind, expected) => expect(slotsOf(resource, kind)).toEqual(expected));

test('every kind of artwork states its size, which has its aspect ratio', () => {
  for (const [kind, size] of Object.entries(SIZES))
    if (size) expect(size[0] / size[1]).toBeCloseTo(ASPECTS[kind]!, 5);
    else expect(ASPECTS[kind]).toBeNull();
});

test.each([
  ['a poster from a wide film', 16 / 9, 2 / 3, { x: 0.3125, y: 0, width: 0.375, height: 1 }],
  ['a backdrop from a film of its shape', 16 / 9, 16 / 9, { x: 0, y: 0, width: 1, height: 1 }],
  ['a backdrop from an upright film', 9 / 16, 16 / 9, { x: 0, y: 0.34179, width: 1, height: 0.31641 }],
  ['a logo', 16 / 9, null, { x: 0, y: 0, width: 1, height: 1 }],
])('the middle for %s', (_, picture, wanted, expected) => {
  const { x, y, width, height } = middle(picture, wanted);
  for (const [value, e] of [
    [x, expected.x],
    [y, expected.y],
    [width, expected.width],
    [height, expected.height],
  ] as const)
    expect(value).toBeCloseTo(e, 4);
});
