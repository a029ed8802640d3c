/**
 * Going from page to page without loading a new document. A click on a link to one of our pages is taken over; each
 * entry of the history remembers how far it was scrolled, and where one comes back to it is shown again.
 */
import { isPage } from '../api/endpoints';

const SCROLLED = 'otnet.scrolled';
type Kept = Record<string, number>;

let kept: Kept = {};
let current = '';
/**
 * Where the page that is drawn next shall be scrolled to, and whether it is new to the reader (then the focus goes to
 * its beginning). Null once it has landed.
 */
let landing: { target: number; forward: boolean } | null = null;

const keyOf = (state: unknown): string =>
  state && typeof state === 'object' && 'key' in state ? String((state as { key: unknown }).key) : '';
const freshKey = () => Math.random().toString(36).slice(2, 10);

function keep(): void {
  kept[current] = Math.round(scrollY);
  try {
    sessionStorage.setItem(SCROLLED, JSON.stringify(kept));
  } catch {
    // Nothing is kept; the page starts at its top.
  }
}

export function go(href: string, { replace = false } = {}): void {
  if (!replace) keep();
  const key = replace && current ? current : freshKey();
  if (!replace) landing = { target: 0, forward: true };
  current = key;
  history[replace ? 'replaceState' : 'pushState']({ key }, '', href);
}

export const back = (): void => history.back();

/**
 * Called when a page has been drawn: first while it loads, then with its content. Says whether it was come to by going
 * forward.
 */
export function arrived(complete: boolean): boolean {
  const { target = 0, forward = false } = landing ?? {};
  if (landing) scrollTo({ top: target, behavior: 'instant' });
  if (complete) landing = null;
  return forward;
}

/** The path and query to follow for this click, or null where the browser should do as always. Pure but for the DOM. */
function hrefOf(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return null;
  const link = (event.target as Element | null)?.closest?.('a');
  if (!link?.href || link.target || link.hasAttribute('download')) return null;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !isPage(url.pathname)) return null;
  if (url.hash && url.pathname === location.pathname && url.search === location.search) return null;
  return url.pathname + url.search + url.hash;
}

export function startGoing(): void {
  history.scrollRestoration = 'manual';
  try {
    kept = JSON.parse(sessionStorage.getItem(SCROLLED) ?? '{}') as Kept;
  } catch {
    kept = {};
  }
  current = keyOf(history.state) || freshKey();
  landing = { target: kept[current] ?? 0, forward: false };
  history.replaceState({ key: current }, '');
  addEventListener('popstate', (event) => {
    keep();
    current = keyOf(event.state) || freshKey();
    landing = { target: kept[current] ?? 0, forward: false };
  });
  addEventListener('pagehide', keep);
  document.addEventListener('click', (event) => {
    const href = hrefOf(event);
    if (href === null) return;
    event.preventDefault();
    go(href);
  });
}
