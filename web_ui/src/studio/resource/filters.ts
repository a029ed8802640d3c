/** Filters of a list, parsed from and written to filter values. Pure. */
import { filterKey, parseFilterKey } from '../api/query';
import type { Field, Operator, Resource } from '../api/schema';

export interface Filter {
  key: string;
  field: Field;
  operator: Operator;
  value: unknown;
}

export const filterable = (resource: Resource): Field[] => resource.fields.filter((f) => (f.filter?.length ?? 0) > 0);

export function activeFilters(resource: Resource, values: Record<string, unknown>): Filter[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const { field: name, operator } = parseFilterKey(key);
    const field = resource.fields.find((f) => f.name === name);
    return field && name !== 'q' ? [{ key, field, operator: operator as Operator, value }] : [];
  });
}

export const withFilter = (
  values: Record<string, unknown>,
  field: Field,
  operator: Operator,
  value: unknown,
): Record<string, unknown> => ({ ...values, [filterKey(field.name, operator)]: value });

export function withoutFilter(values: Record<string, unknown>, key: string): Record<string, unknown> {
  const { [key]: _, ...rest } = values;
  return rest;
}

/** The default operator of a field. */
export const firstOperator = (field: Field): Operator =>
  field.type === 'text' && field.filter?.includes('contains')
    ? 'contains'
    : ['moment', 'date'].includes(field.type) && field.filter?.includes('gte')
      ? 'gte'
      : field.filter![0]!;
