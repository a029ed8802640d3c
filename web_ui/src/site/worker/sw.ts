/**
 * The service worker: makes the site installable and shows its own offline page. Pages are network-first; the cached
 * shell is used only without a response. The shell is compared with the server's once per worker start, so that a new
 * build replaces it.
 */
import { assetsOf, cachePolicy } from './cachePolicy';

declare const self: ServiceWorkerGlobalScope;

const SHELL = '/ui/site.html';
const CACHE_NAME = 'otnet-shell-1';
let shellChecked = false;

async function updateShell(): Promise<void> {
  const cache = await caches.open(CACHE_NAME);
  const response = await fetch(SHELL, { cache: 'no-cache', credentials: 'omit' });
  if (!response.ok) return;
  const html = await response.clone().text();
  const cached = await cache.match(SHELL);
  if (cached && (await cached.text()) === html) return;
  await cache.addAll(assetsOf(html));
  await cache.put(SHELL, response);
  const current = new Set([SHELL, ...assetsOf(html)]);
  for (const request of await cache.keys())
    if (!current.has(new URL(request.url).pathname)) await cache.delete(request);
}

async function servePage(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    if (!shellChecked) {
      shellChecked = true;
      void updateShell().catch(() => {
        shellChecked = false;
      });
    }
    return response;
  } catch (error) {
    const shell = await caches.match(SHELL);
    if (shell) return shell;
    throw error;
  }
}

async function serveAsset(request: Request): Promise<Response> {
  const cached = await caches.match(request);
  if (cached) return cached;
  const response = await fetch(request);
  if (response.ok) await (await caches.open(CACHE_NAME)).put(request, response.clone());
  return response;
}

self.addEventListener('install', (event) => {
  event.waitUntil(updateShell().then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => {
  const deleteOldCaches = async () => {
    for (const name of await caches.keys())
      if (name.startsWith('otnet-shell-') && name !== CACHE_NAME) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(deleteOldCaches());
});
self.addEventListener('fetch', (event) => {
  const decision = cachePolicy(event.request, self.location.origin);
  if (decision === 'page') event.respondWith(servePage(event.request));
  if (decision === 'asset') event.respondWith(serveAsset(event.request));
});
