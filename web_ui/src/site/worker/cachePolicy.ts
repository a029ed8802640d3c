/**
 * What the service worker may keep. Pages: the empty shell alone, which holds nobody's data. Files of the build: their
 * names change with their content, so they are kept for ever. Everything else (answers of the API, which carry who is
 * signed in; media; pictures; the player) goes to the network and is not kept. Pure.
 */
export type CachePolicy = 'page' | 'asset' | 'network';

/** Pages of other parts of the server, and what is no page at all. */
const OTHER_PATHS =
  /^\/(?:api|media|images|artwork|player|embed|studio|docs|tv|mcp|oembed|ui|healthz|readyz|metrics)(?:[/.?]|$)/;

export function cachePolicy(request: { method: string; mode: string; url: string }, origin: string): CachePolicy {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== origin) return 'network';
  if (url.pathname.startsWith('/ui/assets/')) return 'asset';
  return request.mode === 'navigate' && !OTHER_PATHS.test(url.pathname) ? 'page' : 'network';
}

/** The build's files that a page names. */
export const assetsOf = (html: string): string[] => [
  ...new Set([...html.matchAll(/(?:src|href)="(\/ui\/assets\/[^"]+)"/g)].map((match) => match[1]!)),
];
