/**
 * Files on their way, over tus 1.0. The queue outlives the page that shows it: one may look elsewhere meanwhile.
 * Two go at a time; a lost connection is tried again, a page that was closed goes on where it was left.
 */
import { useSyncExternalStore } from 'react';
import { Upload } from 'tus-js-client';
import { csrfToken } from '../api/http';

export const ENDPOINT = '/api/v1/dashboard/uploads';
const AT_ONCE = 2;

export type UploadState = 'waiting' | 'running' | 'paused' | 'done' | 'failed';
export interface Item {
  key: number;
  name: string;
  size: number;
  sent: number;
  speed: number | null;
  state: UploadState;
  error: string | null;
  library: string;
  libraryName: string;
}

let items: readonly Item[] = [];
const uploads = new Map<number, Upload>();
const files = new Map<number, File>();
const listeners = new Set<() => void>();
let nextKey = 1;

function set(next: readonly Item[]): void {
  items = next;
  listeners.forEach((listener) => listener());
}
const change = (key: number, part: Partial<Item>) => set(items.map((i) => (i.key === key ? { ...i, ...part } : i)));

/** The server's own sentence, where it sent one. */
export function reason(error: unknown): string {
  const response = (error as { originalResponse?: { getBody(): string; getStatus(): number } | null }).originalResponse;
  try {
    const body = JSON.parse(response?.getBody() ?? '') as { title?: string; remedy?: string };
    if (body.title) return [body.title, body.remedy].filter(Boolean).join(' ');
  } catch {
    // Not JSON: the status has to do.
  }
  return response ? `HTTP ${response.getStatus()}` : (error as Error).message;
}

function begin(key: number): void {
  const item = items.find((i) => i.key === key)!;
  const file = files.get(key)!;
  let [before, at] = [item.sent, performance.now()];
  const upload =
    uploads.get(key) ??
    new Upload(file, {
      endpoint: ENDPOINT,
      chunkSize: 32 * 1024 * 1024,
      retryDelays: [0, 1000, 3000, 5000, 10_000, 20_000],
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name, library: item.library },
      onBeforeRequest: (request) => request.setHeader('X-CSRF-Token', csrfToken() ?? ''),
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        return status === 0 || status >= 500 || status === 409 || status === 423 || status === 429;
      },
      onProgress: (sent) => {
        const now = performance.now();
        if (now - at < 400 && sent < file.size) return change(key, { sent });
        const speed = ((sent - before) / (now - at)) * 1000;
        const old = items.find((i) => i.key === key)?.speed ?? null;
        [before, at] = [sent, now];
        return change(key, { sent, speed: speed >= 0 ? (old === null ? speed : old * 0.6 + speed * 0.4) : old });
      },
      onSuccess: () => {
        change(key, { state: 'done', sent: file.size, speed: null });
        uploads.delete(key);
        files.delete(key);
        pump();
      },
      onError: (error) => {
        change(key, { state: 'failed', error: reason(error), speed: null });
        pump();
      },
    });
  const known = uploads.has(key);
  uploads.set(key, upload);
  change(key, { state: 'running', error: null });
  if (known) {
    upload.start();
    return;
  }
  void upload
    .findPreviousUploads()
    .then(
      (previous) => {
        if (previous[0]) upload.resumeFromPreviousUpload(previous[0]);
      },
      () => undefined,
    )
    .then(() => {
      if (items.find((i) => i.key === key)?.state === 'running') upload.start();
    });
}

function pump(): void {
  const running = items.filter((i) => i.state === 'running').length;
  items
    .filter((i) => i.state === 'waiting')
    .slice(0, Math.max(0, AT_ONCE - running))
    .forEach((i) => begin(i.key));
}

export const queue = {
  add(list: readonly File[], library: { id: string; name: string }): void {
    const added = list.map((file): Item => {
      const key = nextKey++;
      files.set(key, file);
      return {
        key,
        name: file.name,
        size: file.size,
        sent: 0,
        speed: null,
        state: 'waiting',
        error: null,
        library: library.id,
        libraryName: library.name,
      };
    });
    set([...items, ...added]);
    pump();
  },
  pause(key: number): void {
    void uploads.get(key)?.abort();
    change(key, { state: 'paused', speed: null });
    pump();
  },
  resume(key: number): void {
    change(key, { state: 'waiting', error: null });
    pump();
  },
  /** Takes it off the list, and off the server where it has not arrived. */
  remove(key: number): void {
    const item = items.find((i) => i.key === key);
    if (item && item.state !== 'done')
      void uploads
        .get(key)
        ?.abort(true)
        .catch(() => undefined);
    uploads.delete(key);
    files.delete(key);
    set(items.filter((i) => i.key !== key));
    pump();
  },
  clear: (): void => set(items.filter((i) => i.state !== 'done')),
};

/** Leaving the page would break them off. */
window.addEventListener('beforeunload', (event) => {
  if (items.some((i) => i.state === 'running' || i.state === 'waiting')) event.preventDefault();
});

export const useQueue = (): readonly Item[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => items,
  );
