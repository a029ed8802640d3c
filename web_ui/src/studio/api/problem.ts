/** Errors of the server (RFC 9457) in the shape that react-admin's forms expect. */
export interface FieldError {
  field: string;
  code: string;
  reason: string;
  remedy?: string;
}

export interface ProblemBody {
  type?: string;
  status: number;
  code: string;
  title: string;
  remedy?: string;
  errors?: FieldError[];
}

/** Duck-typed as react-admin's HttpError, so that the sign-in page does not load react-admin. */
export class Problem extends Error {
  readonly status: number;
  readonly body: { errors?: Record<string, unknown> };
  readonly problem: ProblemBody;
  readonly retryAfter: number | null;

  constructor(problem: ProblemBody, retryAfter: number | null = null) {
    // Only if there are field errors: react-admin shows no notification when `errors` is present.
    super(problem.title);
    this.name = 'Problem';
    this.status = problem.status;
    this.body = problem.errors?.length ? { errors: errorsByField(problem.errors) } : {};
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get code(): string {
    return this.problem.code;
  }
}

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

export async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => null)) as Partial<ProblemBody> | null;
  const retryAfter = Number(response.headers.get('retry-after'));
  return new Problem(
    {
      code: `http_${response.status}`,
      title: response.statusText || `HTTP ${response.status}`,
      ...body,
      status: response.status,
    },
    Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
  );
}

export function networkProblem(): Problem {
  return new Problem({ status: 0, code: 'network', title: 'network' });
}
