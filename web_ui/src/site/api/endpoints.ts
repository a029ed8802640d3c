/**
 * The pages of the site and the API endpoint each of them requests first. Used by the router and for preloaded data.
 */
export const API = '/api/v1/site';
export const SITE = API;
export const LIST = '/api/v1/me/list';
export const PROGRESS = '/api/v1/me/progress';
export const STREAMS = '/api/v1/me/streams';
export const INCLUSIONS = '/api/v1/me/inclusions';
export const REDEEM = '/api/v1/me/codes';

const encode = encodeURIComponent;

/** The endpoint of each page, whose response the server may preload in the HTML. */
export const endpoints = {
  home: () => `${API}/home`,
  title: (slug: string) => `${API}/titles/${encode(slug)}`,
  series: (slug: string) => `${API}/series/${encode(slug)}`,
  person: (slug: string) => `${API}/people/${encode(slug)}`,
  category: (slug: string, cursor?: string) => paged(`${API}/categories/${encode(slug)}`, cursor),
  genre: (slug: string, cursor?: string) => paged(`${API}/genres/${encode(slug)}`, cursor),
  channel: (slug: string) => `/api/v1/channels/${encode(slug)}`,
  guide: () => '/api/v1/guide',
  browse: () => `${API}/browse`,
  search: (q: string) => `${API}/search?q=${encode(q)}`,
  list: () => LIST,
  preview: (token: string) => `${API}/previews/${encode(token)}`,
};

const paged = (url: string, cursor?: string) => (cursor ? `${url}?cursor=${encode(cursor)}` : url);

const PAGE_ENDPOINTS: [RegExp, (part: string) => string][] = [
  [/^\/$/, endpoints.home],
  [/^\/title\/([^/]+)\/?$/, endpoints.title],
  [/^\/watch\/([^/]+)\/?$/, endpoints.title],
  [/^\/series\/([^/]+)\/?$/, endpoints.series],
  [/^\/person\/([^/]+)\/?$/, endpoints.person],
  [/^\/category\/([^/]+)\/?$/, endpoints.category],
  [/^\/genre\/([^/]+)\/?$/, endpoints.genre],
  [/^\/channel\/([^/]+)\/?$/, endpoints.channel],
  [/^\/guide\/?$/, endpoints.guide],
  [/^\/browse\/?$/, endpoints.browse],
  [/^\/list\/?$/, endpoints.list],
];
const PAGES_WITHOUT_ENDPOINT = /^\/(search|profile|profiles|sign-in|sign-up|reset|activate)\/?$/;

function decodedSegment(match: RegExpExecArray): string {
  try {
    return decodeURIComponent(match[1] ?? '');
  } catch {
    return match[1] ?? '';
  }
}

/** "/title/night-train" → "/api/v1/site/titles/night-train"; null for a page without an endpoint. */
export function endpointForPath(path: string): string | null {
  for (const [pattern, call] of PAGE_ENDPOINTS) {
    const match = pattern.exec(path);
    if (match) return call(decodedSegment(match));
  }
  return null;
}

/** Whether a path is a page of this site, not of the studio, the docs or a file. */
export const isPage = (path: string): boolean => endpointForPath(path) !== null || PAGES_WITHOUT_ENDPOINT.test(path);

/** The path to open after signing in. Only pages of this site are allowed (no open redirect). */
export function safeNext(target: string | null): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop control characters from a URL (WHATWG URL).
  if (!target || !/^\/(?![/\\])/.test(target) || /[\x00-\x1f\\]/.test(target)) return '/';
  const path = target.split(/[?#]/)[0] ?? '/';
  return isPage(path) && !/^\/sign-/.test(path) ? target : '/';
}
