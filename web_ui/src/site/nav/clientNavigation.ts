/**
 * Client-side navigation. Clicks on links to pages of this site are intercepted; the scroll position is stored per
 * history entry and restored on back and forward.
 */
import { isPage } from '../api/endpoints';

const STORAGE_KEY = 'otnet.scrolled';
type ScrollPositions = Record<string, number>;

let scrollPositions: ScrollPositions = {};
let currentKey = '';
/**
 * The scroll position for the next page, and whether it was reached by a forward navigation (then the focus moves to
 * its beginning). Null once applied.
 */
let pendingScroll: { target: number; forward: boolean } | null = null;

const historyKey = (state: unknown): string =>
  state && typeof state === 'object' && 'key' in state ? String((state as { key: unknown }).key) : '';
const newHistoryKey = () => Math.random().toString(36).slice(2, 10);

function saveScrollPosition(): void {
  scrollPositions[currentKey] = Math.round(scrollY);
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(scrollPositions));
  } catch {
    // Storage is blocked: pages start at the top.
  }
}

export function navigate(href: string, { replace = false } = {}): void {
  if (!replace) saveScrollPosition();
  const key = replace && currentKey ? currentKey : newHistoryKey();
  if (!replace) pendingScroll = { target: 0, forward: true };
  currentKey = key;
  history[replace ? 'replaceState' : 'pushState']({ key }, '', href);
}

export const back = (): void => history.back();

/**
 * Called after a page has rendered, first while it loads and then with its content. Returns whether it was reached by
 * a forward navigation.
 */
export function onPageRendered(complete: boolean): boolean {
  const { target = 0, forward = false } = pendingScroll ?? {};
  if (pendingScroll) scrollTo({ top: target, behavior: 'instant' });
  if (complete) pendingScroll = null;
  return forward;
}

/** The URL to navigate to for this click, or null if the browser should handle it. */
function clientHref(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return null;
  const link = (event.target as Element | null)?.closest?.('a');
  if (!link?.href || link.target || link.hasAttribute('download')) return null;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !isPage(url.pathname)) return null;
  if (url.hash && url.pathname === location.pathname && url.search === location.search) return null;
  return url.pathname + url.search + url.hash;
}

export function startClientNavigation(): void {
  history.scrollRestoration = 'manual';
  try {
    scrollPositions = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '{}') as ScrollPositions;
  } catch {
    scrollPositions = {};
  }
  currentKey = historyKey(history.state) || newHistoryKey();
  pendingScroll = { target: scrollPositions[currentKey] ?? 0, forward: false };
  history.replaceState({ key: currentKey }, '');
  addEventListener('popstate', (event) => {
    saveScrollPosition();
    currentKey = historyKey(event.state) || newHistoryKey();
    pendingScroll = { target: scrollPositions[currentKey] ?? 0, forward: false };
  });
  addEventListener('pagehide', saveScrollPosition);
  document.addEventListener('click', (event) => {
    const href = clientHref(event);
    if (href === null) return;
    event.preventDefault();
    navigate(href);
  });
}
