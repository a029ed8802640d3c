/** Field errors of problems in the shape that react-admin's forms expect. */
import { Problem, type FieldError } from '../../../shared/problem';

/** Has the property `body` of react-admin's HttpError. react-admin shows no notification when it contains `errors`. */
export const withFormErrors = (problem: Problem): Problem =>
  Object.assign(problem, { body: problem.errors.length > 0 ? { errors: errorsByField(problem.errors) } : {} });

/** `[{field: 'a.b', reason, remedy}]` → `{a: {b: 'Reason. Remedy.'}}`, nested like the form's values. */
export function errorsByField(errors: readonly FieldError[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const error of errors) {
    const path = (error.field || 'root.server').split('.');
    let node = result;
    for (const name of path.slice(0, -1)) {
      node[name] ??= {};
      node = node[name] as Record<string, unknown>;
    }
    node[path[path.length - 1]!] ??= sentence(error);
  }
  return result;
}

/**
 * Joins the reason and the remedy of a field error to sentences:
 * "must not be empty", "Enter a title" → "Must not be empty. Enter a title."
 */
export function sentence({ reason, remedy }: { reason: string; remedy?: string | undefined }): string {
  return [reason, remedy]
    .filter(Boolean)
    .map((part) => `${part!.charAt(0).toUpperCase()}${part!.slice(1).replace(/\.$/, '')}.`)
    .join(' ');
}

/** What an error says, with the reason of its first field error: for notifications without a form. */
export const explained = (error: unknown): string =>
  error instanceof Problem && error.errors[0]
    ? `${error.title} ${sentence(error.errors[0])}`
    : (error as Error).message;
