/** Colours and icons of states. */
import { CircleCheck, Clock, LoaderCircle, TriangleAlert, type LucideIcon } from '../../ui/lucide';
import type { Tone } from '../../ui/components';

const STATUS_TONES: Record<string, [Tone, LucideIcon?]> = {
  published: ['ready'],
  ready: ['ready'],
  delivered: ['ready', CircleCheck],
  sent: ['ready', CircleCheck],
  on: ['live'],
  encoding: ['accent', LoaderCircle],
  waiting: ['waiting', Clock],
  found: ['quiet'],
  probed: ['quiet'],
  planned: ['quiet'],
  draft: ['quiet'],
  off: ['quiet'],
  working: ['ready', CircleCheck],
  failing: ['danger', TriangleAlert],
  failed: ['danger', TriangleAlert],
  given_up: ['danger', TriangleAlert],
};

export const statusTone = (field: string, value: string): [Tone, LucideIcon?] | null =>
  ['state', 'status', 'health'].includes(field) ? (STATUS_TONES[value] ?? ['quiet']) : null;
