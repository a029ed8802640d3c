/** What the server put into the head of the page, so that the first paint needs no request. */
import { callOf, SITE } from './endpoints';
import { put } from './cache';

export function takePage(text: string | null | undefined, path: string): void {
  if (!text) return;
  let head: { site?: unknown; page?: unknown };
  try {
    head = JSON.parse(text) as typeof head;
  } catch {
    return;
  }
  if (head.site) put(SITE, head.site);
  const call = callOf(path);
  // An empty answer means: not known here (private, or nothing there). The page asks for itself then.
  if (call && head.page && Object.keys(head.page).length > 0) put(call, head.page);
}
