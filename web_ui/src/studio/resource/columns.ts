/** The columns of a list, as chosen by the user and stored in this browser. */
import { useMemo } from 'react';
import { useStore } from 'react-admin';
import type { Field, Resource } from '../api/schema';
import { derivedColumns } from './derivedColumns';

export interface ColumnChoice {
  order: string[];
  hidden: string[];
  shown: string[];
}
const DEFAULT_CHOICE: ColumnChoice = { order: [], hidden: [], shown: [] };
/** Columns that are shown, or not, until the user chooses, unlike in the schema. */
const SHOWN: Record<string, string[]> = { content: ['updated_at'], series: ['updated_at'] };
const NOT_SHOWN: Record<string, string[]> = { content: ['release_date', 'categories'] };
const NEVER_COLUMNS = ['translations', 'secret'];

export const availableColumns = (resource: Resource): Field[] => [
  ...derivedColumns(resource),
  ...resource.fields.filter((f) => !f.write_only && !NEVER_COLUMNS.includes(f.type)),
];

/** The schema's default columns with the user's changes; the label comes first. Pure. */
export function chosenColumns(resource: Resource, choice: ColumnChoice): Field[] {
  const available = availableColumns(resource);
  const byDefault = (f: Field) =>
    (f.list || SHOWN[resource.name]?.includes(f.name)) && !NOT_SHOWN[resource.name]?.includes(f.name);
  const rank = (f: Field) => {
    const at = choice.order.indexOf(f.name);
    if (at >= 0) return at;
    return f.name === resource.label ? -1 : choice.order.length + available.indexOf(f);
  };
  return available
    .filter((f) => (byDefault(f) || choice.shown.includes(f.name)) && !choice.hidden.includes(f.name))
    .sort((a, b) => rank(a) - rank(b));
}

export function toggleColumn(choice: ColumnChoice, field: Field, visible: boolean): ColumnChoice {
  const without = (names: string[]) => names.filter((n) => n !== field.name);
  return {
    ...choice,
    hidden: visible ? without(choice.hidden) : [...without(choice.hidden), field.name],
    shown: visible ? [...without(choice.shown), field.name] : without(choice.shown),
  };
}

export function moveColumn(columns: readonly Field[], field: Field, by: -1 | 1): string[] {
  const names = columns.map((f) => f.name);
  const at = names.indexOf(field.name);
  const to = at + by;
  if (at < 0 || to < 0 || to >= names.length) return names;
  [names[at], names[to]] = [names[to]!, names[at]!];
  return names;
}

export function useColumns(resource: Resource) {
  const [choice, setChoice] = useStore<ColumnChoice>(`columns.${resource.plural}`, DEFAULT_CHOICE);
  const columns = useMemo(() => chosenColumns(resource, choice), [resource, choice]);
  return { choice, setChoice, columns };
}
