/**
 * Renders a request as runnable code: curl, Python (httpx), JavaScript (fetch). Pure.
 *
 * The code contains no secrets: an API key is read from OTNET_KEY; for the dashboard the code signs in with
 * OTNET_EMAIL and OTNET_PASSWORD, because the session cookie is HttpOnly and should not be copied.
 */
import type { Surface } from '../api/schema';

export interface Draft {
  surface: Surface;
  origin: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: unknown;
}
export type Language = 'curl' | 'python' | 'javascript';

/** Headers that the code sets itself. */
const SECRET_HEADERS = /^(authorization|cookie|x-csrf-token|content-length)$/i;

const plainHeaders = (d: Draft): [string, string][] =>
  Object.entries(d.headers).filter(
    ([name]) => !SECRET_HEADERS.test(name) && !(d.body === undefined && /^content-type$/i.test(name)),
  );
const isUnsafeMethod = (d: Draft): boolean => !/^(GET|HEAD)$/i.test(d.method);
const isTextBody = (d: Draft): boolean => typeof d.body === 'string';

/** Quotes a text for a POSIX shell. */
export const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export function curlSnippet(d: Draft): string {
  const lines: string[] = [];
  const login = d.surface === 'dashboard';
  if (login) {
    lines.push(
      `LOGIN=$(curl -sS --fail-with-body -c otnet.cookies -H 'Content-Type: application/json' \\`,
      `  -d "{\\"email\\": \\"$OTNET_EMAIL\\", \\"password\\": \\"$OTNET_PASSWORD\\"}" ` +
        `${shellQuote(`${d.origin}/api/v1/auth/login`)})`,
    );
    if (isUnsafeMethod(d)) lines.push(`CSRF=$(printf '%s' "$LOGIN" | sed -n 's/.*"csrf": *"\\([^"]*\\)".*/\\1/p')`);
    lines.push('');
  }
  const parts = [
    `curl -sS --fail-with-body${d.method === 'GET' ? '' : ` -X ${d.method}`} ${shellQuote(d.origin + d.url)}`,
  ];
  if (login) parts.push('-b otnet.cookies');
  if (login && isUnsafeMethod(d)) parts.push('-H "X-CSRF-Token: $CSRF"');
  if (d.surface === 'partner') parts.push('-H "Authorization: Bearer $OTNET_KEY"');
  for (const [name, value] of plainHeaders(d)) parts.push(`-H ${shellQuote(`${name}: ${value}`)}`);
  if (d.body !== undefined)
    parts.push(`--data-raw ${shellQuote(isTextBody(d) ? String(d.body) : JSON.stringify(d.body, null, 2))}`);
  lines.push(parts.join(' \\\n  '));
  return lines.join('\n');
}

/** A JSON value as a Python literal. JSON strings are valid Python strings. */
export function pythonLiteral(value: unknown, indent = 0): string {
  const pad = ' '.repeat(indent + 4);
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value))
    return value.length === 0
      ? '[]'
      : `[\n${value.map((v) => `${pad}${pythonLiteral(v, indent + 4)},`).join('\n')}\n${' '.repeat(indent)}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value);
    return entries.length === 0
      ? '{}'
      : [
          '{',
          ...entries.map(([k, v]) => `${pad}${JSON.stringify(k)}: ${pythonLiteral(v, indent + 4)},`),
          `${' '.repeat(indent)}}`,
        ].join('\n');
  }
  return JSON.stringify(value);
}

export function httpxSnippet(d: Draft): string {
  const os = d.surface === 'public' ? [] : ['import os', ''];
  const lines = [...os, 'import httpx', ''];
  const key = d.surface === 'partner' ? `, headers={"Authorization": f"Bearer {os.environ['OTNET_KEY']}"}` : '';
  lines.push(`with httpx.Client(base_url=${JSON.stringify(d.origin)}${key}) as client:`);
  if (d.surface === 'dashboard') {
    lines.push(
      '    credentials = {"email": os.environ["OTNET_EMAIL"], "password": os.environ["OTNET_PASSWORD"]}',
      '    login = client.post("/api/v1/auth/login", json=credentials)',
      '    login.raise_for_status()',
    );
    if (isUnsafeMethod(d)) lines.push('    client.headers["X-CSRF-Token"] = login.json()["csrf"]');
  }
  const headers = plainHeaders(d).filter(([name]) => !/^content-type$/i.test(name) || isTextBody(d));
  const callLines = [
    `    response = client.request(`,
    `        ${JSON.stringify(d.method)},`,
    `        ${JSON.stringify(d.url)},`,
  ];
  if (headers.length > 0) callLines.push(`        headers=${pythonLiteral(Object.fromEntries(headers), 8)},`);
  if (d.body !== undefined)
    callLines.push(
      isTextBody(d)
        ? `        content=${pythonLiteral(d.body)}.encode(),`
        : `        json=${pythonLiteral(d.body, 8)},`,
    );
  lines.push(...callLines, '    )', '    response.raise_for_status()', '    print(response.text)');
  return lines.join('\n');
}

export function fetchSnippet(d: Draft): string {
  const lines: string[] = [];
  const headers: string[] = plainHeaders(d).map(
    ([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  );
  if (d.surface === 'dashboard') {
    lines.push(
      `const login = await fetch(${JSON.stringify(`${d.origin}/api/v1/auth/login`)}, {`,
      `  method: "POST",`,
      `  headers: { "Content-Type": "application/json" },`,
      '  body: JSON.stringify({ email: process.env.OTNET_EMAIL, password: process.env.OTNET_PASSWORD }),',
      '});',
      'if (!login.ok) throw new Error(await login.text());',
    );
    headers.push(`    Cookie: login.headers.getSetCookie().map((c) => c.split(";")[0]).join("; "),`);
    if (isUnsafeMethod(d)) headers.push(`    "X-CSRF-Token": (await login.json()).csrf,`);
    lines.push('');
  }
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the snippet shown to the user contains a template literal.
  if (d.surface === 'partner') headers.push('    Authorization: `Bearer ${process.env.OTNET_KEY}`,');
  lines.push(
    `const response = await fetch(${JSON.stringify(d.origin + d.url)}, {`,
    `  method: ${JSON.stringify(d.method)},`,
  );
  if (headers.length > 0) lines.push('  headers: {', ...headers, '  },');
  if (d.body !== undefined)
    lines.push(
      isTextBody(d)
        ? `  body: ${JSON.stringify(d.body)},`
        : `  body: JSON.stringify(${JSON.stringify(d.body, null, 2).replaceAll('\n', '\n  ')}),`,
    );
  lines.push('});', 'if (!response.ok) throw new Error(await response.text());', 'console.log(await response.text());');
  return lines.join('\n');
}

export const snippet = (language: Language, draft: Draft): string =>
  ({ curl: curlSnippet, python: httpxSnippet, javascript: fetchSnippet })[language](draft);
