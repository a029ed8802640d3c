/** What the server put into the head of the page, so that the first paint needs no request. */
import { endpointForPath, SITE } from './endpoints';
import { setCached } from './cache';

export function adoptPreloadedPage(text: string | null | undefined, path: string): void {
  if (!text) return;
  let preloaded: { site?: unknown; page?: unknown };
  try {
    preloaded = JSON.parse(text) as typeof preloaded;
  } catch {
    return;
  }
  if (preloaded.site) setCached(SITE, preloaded.site);
  const call = endpointForPath(path);
  // An empty answer means: not known here (private, or nothing there). The page asks for itself then.
  if (call && preloaded.page && Object.keys(preloaded.page).length > 0) setCached(call, preloaded.page);
}
