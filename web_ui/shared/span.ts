/** Spans of time in the guide. Pure. */

export interface Span {
  starts_at: string;
  ends_at: string;
}

export const isOn = (span: Span, now: number): boolean =>
  Date.parse(span.starts_at) <= now && now < Date.parse(span.ends_at);

/** How much of it is over, 0 to 1. */
export function fractionOver(span: Span, now: number): number {
  const start = Date.parse(span.starts_at);
  const length = Date.parse(span.ends_at) - start;
  return length > 0 ? Math.min(1, Math.max(0, (now - start) / length)) : 0;
}
