/** Groups of values such as "content.created" and "content:read", by the part before the separator. Pure. */
import type { Option } from '../api/schema';

export const groupOf = (value: string): string => value.split(/[.:]/)[0]!;

/** Groups in the order of the options, those of media first: they are what most programs wait for. */
export function groupOptions(options: readonly Option[]): [string, Option[]][] {
  const groups = new Map<string, Option[]>();
  for (const option of options)
    groups.set(groupOf(option.value), [...(groups.get(groupOf(option.value)) ?? []), option]);
  return [...groups].sort(([a], [b]) => Number(b === 'media') - Number(a === 'media'));
}
