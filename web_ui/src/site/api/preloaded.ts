/** Moves the data that the server embeds in the HTML into the cache, so that the first paint needs no request. */
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
  // An empty object means not available (private or missing): the page requests it.
  if (call && preloaded.page && Object.keys(preloaded.page).length > 0) setCached(call, preloaded.page);
}
