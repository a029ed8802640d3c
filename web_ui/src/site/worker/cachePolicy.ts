/**
 * What the service worker caches. Pages: only the empty shell, which contains no personal data. Build assets:
 * immutable, their names contain a hash. Everything else (API responses, media, images, the player) always goes to
 * the network. Pure.
 */
export type CachePolicy = 'page' | 'asset' | 'network';

/** Paths outside the site. */
const OTHER_PATHS =
  /^\/(?:api|media|images|artwork|player|embed|studio|docs|tv|mcp|oembed|preview|ui|healthz|readyz|metrics)(?:[/.?]|$)/;

export function cachePolicy(request: { method: string; mode: string; url: string }, origin: string): CachePolicy {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== origin) return 'network';
  if (url.pathname.startsWith('/ui/assets/')) return 'asset';
  return request.mode === 'navigate' && !OTHER_PATHS.test(url.pathname) ? 'page' : 'network';
}

/** The build assets referenced by an HTML page. */
export const assetsOf = (html: string): string[] => [
  ...new Set([...html.matchAll(/(?:src|href)="(\/ui\/assets\/[^"]+)"/g)].map((match) => match[1]!)),
];
