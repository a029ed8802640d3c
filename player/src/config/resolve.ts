/** Resolves a configuration's relative URLs. Pure. `base` is the URL of the configuration, or of the page. */
import type { PlayerConfig } from './config';

const URL_FIELDS = new Set(
  'src url configuration poster thumbnails waveform dash hls embed oembed certificate'.split(' '),
);

export function absolute(address: string, base: string): string {
  try {
    return new URL(address, base).href;
  } catch {
    return address;
  }
}

function resolveValue(value: unknown, base: string, name: string): unknown {
  if (typeof value === 'string') return URL_FIELDS.has(name) ? absolute(value, base) : value;
  if (Array.isArray(value))
    return value.map((item) => (typeof item === 'object' ? resolveValue(item, base, '') : item));
  if (typeof value !== 'object' || value === null) return value;
  const nestedName = (key: string): string => (name === 'servers' ? 'url' : key);
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, resolveValue(v, base, nestedName(key))]));
}

export const resolveAddresses = (config: PlayerConfig, base: string): PlayerConfig =>
  resolveValue(config, base, '') as PlayerConfig;
