/** What the server put into the head of the page, so that the first paint needs no request. */
import { callOf, SITE } from './routes';
import { put } from './store';

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
  if (call && head.page) put(call, head.page);
}
