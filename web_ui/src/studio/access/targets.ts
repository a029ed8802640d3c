/** What a grant or an access code covers: its scope decides which reference it has. Pure. */
import type { Field } from '../api/schema';

const TARGETS: Record<string, string> = { title: 'content', series: 'series', category: 'category' };

/** The fields that fit the scope; all of them for records without one. */
export function fieldsOfScope(fields: readonly Field[], scope: unknown): Field[] {
  if (!fields.some((f) => f.name === 'scope')) return [...fields];
  const others = Object.values(TARGETS).filter((name) => name !== TARGETS[String(scope)]);
  return fields.filter((f) => !others.includes(f.name));
}

/** The values of a form, without what another scope covers. */
export function withoutOtherTargets(values: Record<string, unknown>): Record<string, unknown> {
  if (!('scope' in values)) return values;
  const others = Object.values(TARGETS).filter((name) => name !== TARGETS[String(values.scope)]);
  return { ...values, ...Object.fromEntries(others.filter((name) => name in values).map((name) => [name, null])) };
}
