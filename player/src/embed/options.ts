/**
 * Parses the query parameters of an embed URL. Pure. Invalid values are ignored, so that a mistyped URL still plays.
 */
import type { PlayerConfig } from '../config/config';
import type { SkinName } from '../element';

const NAMES: readonly SkinName[] = ['video', 'audio', 'circular', 'square'];
const flag = (text: string): boolean => !['0', 'false', 'no', 'off'].includes(text.toLowerCase());

/** Parses a time in seconds: 90, 1:30, 1m30s. */
export function parseTime(text: string): number | undefined {
  const units = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(text);
  if (units && text) return Number(units[1] ?? 0) * 3600 + Number(units[2] ?? 0) * 60 + Number(units[3] ?? 0);
  if (!/^\d+(:\d{1,2}){0,2}(\.\d+)?$/.test(text)) return undefined;
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

export function optionsOf(query: URLSearchParams): { skin?: SkinName; options: Partial<PlayerConfig> } {
  const options: Partial<PlayerConfig> = {};
  const parameter = (name: string): string | null => query.get(name);
  const skin = NAMES.find((name) => name === parameter('skin'));
  const autoplay = parameter('autoplay');
  if (autoplay !== null) options.autoplay = autoplay === 'muted' ? 'muted' : flag(autoplay);
  for (const name of ['muted', 'loop'] as const) {
    const value = parameter(name);
    if (value !== null) options[name] = flag(value);
  }
  const start = parseTime(parameter('start') ?? '');
  const end = parseTime(parameter('end') ?? '');
  if (start !== undefined) Object.assign(options, { start, resume: false });
  if (end !== undefined && end > (start ?? 0)) options.end = end;
  const accent = /^#?([\da-f]{3}|[\da-f]{6})$/i.exec(parameter('accent') ?? '')?.[1];
  if (accent) options.accent = `#${accent}`;
  const language = parameter('language') ?? parameter('lang');
  if (language) options.language = language;
  return skin ? { skin, options } : { options };
}
