/** Which page an address is, and what that page asks the server first. One table; router and first paint read it. */
export const API = '/api/v1/site';
export const SITE = API;
export const LIST = '/api/v1/me/list';

const enc = encodeURIComponent;

/** The one call of each page that the server may have put into the page's head. */
export const calls = {
  home: () => `${API}/home`,
  title: (slug: string) => `${API}/titles/${enc(slug)}`,
  series: (slug: string) => `${API}/series/${enc(slug)}`,
  person: (slug: string) => `${API}/people/${enc(slug)}`,
  category: (slug: string, cursor?: string) => paged(`${API}/categories/${enc(slug)}`, cursor),
  genre: (slug: string, cursor?: string) => paged(`${API}/genres/${enc(slug)}`, cursor),
  search: (q: string) => `${API}/search?q=${enc(q)}`,
  list: () => LIST,
};

const paged = (url: string, cursor?: string) => (cursor ? `${url}?cursor=${enc(cursor)}` : url);

const PAGES: [RegExp, (part: string) => string][] = [
  [/^\/$/, calls.home],
  [/^\/title\/([^/]+)\/?$/, calls.title],
  [/^\/watch\/([^/]+)\/?$/, calls.title],
  [/^\/series\/([^/]+)\/?$/, calls.series],
  [/^\/person\/([^/]+)\/?$/, calls.person],
  [/^\/category\/([^/]+)\/?$/, calls.category],
  [/^\/genre\/([^/]+)\/?$/, calls.genre],
  [/^\/list\/?$/, calls.list],
];
const OTHERS = /^\/(search|profile|sign-in|sign-up|reset|activate)\/?$/;

function part(match: RegExpExecArray): string {
  try {
    return decodeURIComponent(match[1] ?? '');
  } catch {
    return match[1] ?? '';
  }
}

/** "/title/night-train" → "/api/v1/site/titles/night-train"; null where a page asks nothing first. */
export function callOf(path: string): string | null {
  for (const [pattern, call] of PAGES) {
    const match = pattern.exec(path);
    if (match) return call(part(match));
  }
  return null;
}

/** Is this address one of the site's own pages (and not the studio, the docs, a file)? */
export const isPage = (path: string): boolean => callOf(path) !== null || OTHERS.test(path);

/** Where to go after signing in: a page of this site, never another server. */
export function safeNext(wanted: string | null): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop control characters from a URL (WHATWG URL).
  if (!wanted || !/^\/(?![/\\])/.test(wanted) || /[\x00-\x1f\\]/.test(wanted)) return '/';
  const path = wanted.split(/[?#]/)[0] ?? '/';
  return isPage(path) && !/^\/sign-/.test(path) ? wanted : '/';
}
