/**
 * The service worker: with it the site can be installed, and says in its own words that there is no network.
 * A page is always asked of the server; only where no answer comes is the kept shell shown. The shell is compared
 * with the server's once in each life of the worker, so that a new build replaces it.
 */
import { assetsOf, policy } from './cachePolicy';

declare const self: ServiceWorkerGlobalScope;

const SHELL = '/ui/site.html';
const KEPT = 'otnet-shell-1';
let renewed = false;

async function renew(): Promise<void> {
  const cache = await caches.open(KEPT);
  const fresh = await fetch(SHELL, { cache: 'no-cache', credentials: 'omit' });
  if (!fresh.ok) return;
  const html = await fresh.clone().text();
  const known = await cache.match(SHELL);
  if (known && (await known.text()) === html) return;
  await cache.addAll(assetsOf(html));
  await cache.put(SHELL, fresh);
  const wanted = new Set([SHELL, ...assetsOf(html)]);
  for (const request of await cache.keys()) if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
}

async function page(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    if (!renewed) {
      renewed = true;
      void renew().catch(() => {
        renewed = false;
      });
    }
    return answer;
  } catch (error) {
    const shell = await caches.match(SHELL);
    if (shell) return shell;
    throw error;
  }
}

async function asset(request: Request): Promise<Response> {
  const known = await caches.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(KEPT)).put(request, answer.clone());
  return answer;
}

self.addEventListener('install', (event) => {
  event.waitUntil(renew().then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => {
  const old = async () => {
    for (const name of await caches.keys())
      if (name.startsWith('otnet-shell-') && name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(old());
});
self.addEventListener('fetch', (event) => {
  const decision = policy(event.request, self.location.origin);
  if (decision === 'page') event.respondWith(page(event.request));
  if (decision === 'asset') event.respondWith(asset(event.request));
});
