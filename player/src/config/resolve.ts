/** Makes a configuration's addresses absolute. Pure: `base` is the configuration's own address, or the page's. */
import type { PlayerConfig } from './config';

const ADDRESSES = new Set('src url poster thumbnails waveform dash hls embed oembed certificate'.split(' '));

export function absolute(address: string, base: string): string {
  try {
    return new URL(address, base).href;
  } catch {
    return address;
  }
}

function walk(value: unknown, base: string, name: string): unknown {
  if (typeof value === 'string') return ADDRESSES.has(name) ? absolute(value, base) : value;
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'object' ? walk(item, base, '') : item));
  if (typeof value !== 'object' || value === null) return value;
  const inside = (key: string): string => (name === 'servers' ? 'url' : key);
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, walk(v, base, inside(key))]));
}

export const resolveAddresses = (config: PlayerConfig, base: string): PlayerConfig =>
  walk(config, base, '') as PlayerConfig;
