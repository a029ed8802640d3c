import { expect, test } from 'vitest';
import {
  clampTime,
  formatPreciseTime,
  isUnfinished,
  markerProblem,
  markersOf,
  NO_MARKERS,
  stepOf,
  withEdge,
  without,
  type Markers,
} from '../../src/studio/markers/markers';

const markers = (start: number | null, end: number | null, credits: number | null = null): Markers => ({
  intro_start_s: start,
  intro_end_s: end,
  credits_start_s: credits,
});

test.each([
  [0, '0:00.0'],
  [64.5, '1:04.5'],
  [59.96, '1:00.0'],
  [3725, '1:02:05.0'],
])('%d s is %s', (seconds, expected) => expect(formatPreciseTime(seconds)).toBe(expected));

test.each([
  [-1, 0],
  [12.34, 12.3],
  [99, 60],
  [60.04, 60],
])('%d s is kept within the title as %d s', (seconds, expected) => expect(clampTime(seconds, 60.05)).toBe(expected));

test('an intro that has only an end starts with the title', () => {
  expect(withEdge(NO_MARKERS, 'intro_end_s', 12, 60)).toEqual(markers(0, 12));
  expect(withEdge(markers(5, null), 'intro_end_s', 12, 60)).toEqual(markers(5, 12));
  expect(withEdge(markers(5, 12), 'credits_start_s', 50, 60)).toEqual(markers(5, 12, 50));
});

test('an intro without an end is not finished, and its removal leaves the credits', () => {
  expect([isUnfinished(markers(5, null)), isUnfinished(markers(5, 12)), isUnfinished(NO_MARKERS)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(without(markers(5, 12, 50), 'intro')).toEqual(markers(null, null, 50));
  expect(without(markers(5, 12, 50), 'credits')).toEqual(markers(5, 12));
});

test.each([
  [markers(5, 12, 50), null],
  [NO_MARKERS, null],
  [markers(0, 60), null],
  [markers(12, 12), 'markers.end_before_start'],
  [markers(12, 5), 'markers.end_before_start'],
  [markers(5, 61), 'markers.after_end'],
  [markers(null, null, 60.5), 'markers.after_end'],
])('markers %o', (values, expected) => expect(markerProblem(values, 60)).toBe(expected));

test.each([
  ['ArrowRight', false, 0.1],
  ['ArrowLeft', true, -1],
  ['PageUp', false, 10],
  ['a', false, null],
])('the key %s moves an edge', (key, shift, expected) => expect(stepOf(key, shift)).toBe(expected));

test('fields that are missing or null are no markers', () => {
  expect(markersOf({ id: 'm', intro_start_s: null })).toEqual(NO_MARKERS);
  expect(markersOf({ id: 'm', intro_start_s: 0, intro_end_s: 4.5, credits_start_s: 9 })).toEqual(markers(0, 4.5, 9));
});
