/**
 * The upload queue (tus 1.0). It outlives the page that shows it. Two uploads run in parallel; lost connections are
 * retried, and uploads resume after the page was closed.
 */
import { useSyncExternalStore } from 'react';
import { Upload } from 'tus-js-client';
import { csrfToken } from '../api/http';

export const UPLOADS_URL = '/api/v1/dashboard/uploads';
const MAX_PARALLEL = 2;

export type UploadState = 'waiting' | 'running' | 'paused' | 'done' | 'failed';
export interface UploadItem {
  key: number;
  name: string;
  size: number;
  sent: number;
  speed: number | null;
  state: UploadState;
  error: string | null;
  library: string;
  libraryName: string;
  /** The content that the file belongs to; null: found by the name of the file. */
  content: string | null;
  /** The id of the upload on the server, once it has one. */
  upload: string | null;
}

let items: readonly UploadItem[] = [];
const uploads = new Map<number, Upload>();
const files = new Map<number, File>();
const listeners = new Set<() => void>();
let nextKey = 1;

function setItems(next: readonly UploadItem[]): void {
  items = next;
  listeners.forEach((listener) => listener());
}
const updateItem = (key: number, part: Partial<UploadItem>) =>
  setItems(items.map((i) => (i.key === key ? { ...i, ...part } : i)));

/** The server's error message if there is one. */
export function uploadErrorText(error: unknown): string {
  const response = (error as { originalResponse?: { getBody(): string; getStatus(): number } | null }).originalResponse;
  try {
    const body = JSON.parse(response?.getBody() ?? '') as { title?: string; remedy?: string };
    if (body.title) return [body.title, body.remedy].filter(Boolean).join(' ');
  } catch {
    // Not JSON: use the status.
  }
  return response ? `HTTP ${response.getStatus()}` : (error as Error).message;
}

function startUpload(key: number): void {
  const item = items.find((i) => i.key === key)!;
  const file = files.get(key)!;
  let [before, at] = [item.sent, performance.now()];
  const upload =
    uploads.get(key) ??
    new Upload(file, {
      endpoint: UPLOADS_URL,
      chunkSize: 32 * 1024 * 1024,
      retryDelays: [0, 1000, 3000, 5000, 10_000, 20_000],
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name, library: item.library, ...(item.content ? { content: item.content } : {}) },
      onBeforeRequest: (request) => request.setHeader('X-CSRF-Token', csrfToken() ?? ''),
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        return status === 0 || status >= 500 || status === 409 || status === 423 || status === 429;
      },
      onProgress: (sent) => {
        const now = performance.now();
        if (now - at < 400 && sent < file.size) return updateItem(key, { sent });
        const speed = ((sent - before) / (now - at)) * 1000;
        const old = items.find((i) => i.key === key)?.speed ?? null;
        [before, at] = [sent, now];
        return updateItem(key, { sent, speed: speed >= 0 ? (old === null ? speed : old * 0.6 + speed * 0.4) : old });
      },
      onSuccess: () => {
        const id = upload.url?.split('/').at(-1) ?? null;
        updateItem(key, { state: 'done', sent: file.size, speed: null, upload: id });
        uploads.delete(key);
        files.delete(key);
        startNext();
      },
      onError: (error) => {
        updateItem(key, { state: 'failed', error: uploadErrorText(error), speed: null });
        startNext();
      },
    });
  const isResumed = uploads.has(key);
  uploads.set(key, upload);
  updateItem(key, { state: 'running', error: null });
  if (isResumed) {
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

function startNext(): void {
  const running = items.filter((i) => i.state === 'running').length;
  items
    .filter((i) => i.state === 'waiting')
    .slice(0, Math.max(0, MAX_PARALLEL - running))
    .forEach((i) => startUpload(i.key));
}

export const uploadQueue = {
  add(list: readonly File[], library: { id: string; name: string }, content: string | null = null): void {
    const added = list.map((file): UploadItem => {
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
        content,
        upload: null,
      };
    });
    setItems([...items, ...added]);
    startNext();
  },
  pause(key: number): void {
    void uploads.get(key)?.abort();
    updateItem(key, { state: 'paused', speed: null });
    startNext();
  },
  resume(key: number): void {
    updateItem(key, { state: 'waiting', error: null });
    startNext();
  },
  /** Removes an upload from the list, and an unfinished one from the server. */
  remove(key: number): void {
    const item = items.find((i) => i.key === key);
    if (item && item.state !== 'done')
      void uploads
        .get(key)
        ?.abort(true)
        .catch(() => undefined);
    uploads.delete(key);
    files.delete(key);
    setItems(items.filter((i) => i.key !== key));
    startNext();
  },
  clear: (): void => setItems(items.filter((i) => i.state !== 'done')),
};

/** Warn before leaving: it would interrupt the uploads. */
window.addEventListener('beforeunload', (event) => {
  if (items.some((i) => i.state === 'running' || i.state === 'waiting')) event.preventDefault();
});

export const useUploadQueue = (): readonly UploadItem[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => items,
  );
