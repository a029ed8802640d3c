/** Parses "1:30:00", "90 min" or "5400" to seconds; null for invalid input. Pure. */
export function parseDuration(text: string): number | null {
  const clean = text.trim().toLowerCase();
  if (/^\d+$/.test(clean)) return Number(clean);
  if (/^\d+(:\d{1,2}){1,2}$/.test(clean)) return clean.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  const units = [...clean.matchAll(/(\d+(?:[.,]\d+)?)\s*(h|min|m|s)\b/g)];
  if (units.length === 0 || clean.replace(/(\d+(?:[.,]\d+)?)\s*(h|min|m|s)\b/g, '').trim()) return null;
  return Math.round(
    units.reduce(
      (sum, [, n, unit]) => sum + Number(n!.replace(',', '.')) * (unit === 'h' ? 3600 : unit === 's' ? 1 : 60),
      0,
    ),
  );
}
