/** Converts UTC timestamps to local values of <input type="datetime-local"> and back. Pure. */
const twoDigits = (n: number) => String(n).padStart(2, '0');

export function toLocal(iso: string | null | undefined): string {
  const d = iso ? new Date(iso) : null;
  if (!d || Number.isNaN(d.getTime())) return '';
  const date = `${d.getFullYear()}-${twoDigits(d.getMonth() + 1)}-${twoDigits(d.getDate())}`;
  return `${date}T${twoDigits(d.getHours())}:${twoDigits(d.getMinutes())}`;
}

export function fromLocal(text: string): string | null {
  const d = text ? new Date(text) : null;
  return d && !Number.isNaN(d.getTime()) ? d.toISOString() : null;
}
