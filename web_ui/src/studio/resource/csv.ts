/** CSV export (RFC 4180). Pure. Cells that a spreadsheet would execute as a formula are prefixed with a quote. */
import type { Field, Row } from '../api/schema';

export function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const plain =
    Array.isArray(value) && value.every((v) => typeof v !== 'object')
      ? value.join('; ')
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
  const text = typeof value !== 'number' && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csv(fields: readonly Field[], rows: readonly Row[]): string {
  const names = fields.map((f) => f.name);
  return [names.map(cell), ...rows.map((row) => names.map((name) => cell(row[name])))]
    .map((line) => `${line.join(',')}\r\n`)
    .join('');
}
