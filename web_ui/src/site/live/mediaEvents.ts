/**
 * What is being encoded, as the server sends it (server-sent events, changes only).
 *
 * A browser allows six connections to one HTTP/1.1 server, all tabs together, and the player needs them: the stream
 * is open only while somebody follows it, and a hidden page lets it go and takes it up when it is seen. It has no
 * history: when it opens, what is being prepared is read once.
 */
import { useEffect, useState } from 'preact/hooks';
import { get } from '../api/http';
import type { Card, Change, Progress } from '../types';

const MEDIA = '/api/v1/media';
const EVENTS = `${MEDIA}/events`;
const LATEST = `${MEDIA}?limit=50`;
const HIDDEN_GRACE_MS = 15_000;
const RETRY_MS = [1000, 2000, 5000, 10_000, 30_000];

/** What the stream told while `catchUp` was asking: it is newer than the answer. */
let told: Set<string> | null = null;
const changes = new Map<string, Change>();
const watchers = new Set<(change: Change) => void>();
let followers = 0;
let source: EventSource | null = null;
let timer = 0;
let tries = 0;

function open(): void {
  window.clearTimeout(timer);
  if (source || followers === 0 || document.hidden) return;
  const opened = new EventSource(EVENTS);
  source = opened;
  opened.addEventListener('open', () => {
    tries = 0;
    void catchUp();
  });
  opened.addEventListener('media', (event) => {
    const change = JSON.parse(event.data as string) as Change;
    told?.add(change.id);
    take(change);
  });
  opened.addEventListener('error', () => {
    // The browser reconnects by itself after a lost connection, but gives up after an HTTP error.
    if (opened.readyState !== EventSource.CLOSED) return;
    close();
    timer = window.setTimeout(open, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
  });
}

async function catchUp(): Promise<void> {
  const newer: typeof told = new Set();
  told = newer;
  try {
    const { items } = await get<{ items: Change[] }>(LATEST);
    if (told !== newer) return; // Opened once more meanwhile: that answer is the one.
    items.filter(({ id, state }) => !newer.has(id) && (state !== 'ready' || changes.has(id))).forEach(take);
  } catch {
    // The stream tells what goes on.
  } finally {
    if (told === newer) told = null;
  }
}

function close(): void {
  window.clearTimeout(timer);
  source?.close();
  source = null;
}

function take(change: Change): void {
  changes.set(change.id, { ...changes.get(change.id), ...change });
  watchers.forEach((watcher) => watcher(change));
}

/** What is known to be on its way. */
export const preparing = (): Change[] => [...changes.values()].filter(({ state }) => state !== 'ready');

export function startFeed(): void {
  document.addEventListener('visibilitychange', () => {
    window.clearTimeout(timer);
    if (document.hidden) timer = window.setTimeout(close, HIDDEN_GRACE_MS);
    else open();
  });
}

/** Follows the stream while `on`; every change is told to `listener`. */
export function useFeed(on: boolean, listener?: (change: Change) => void): void {
  useEffect(() => {
    if (!on) return;
    if (listener) watchers.add(listener);
    followers++;
    open();
    return () => {
      if (listener) watchers.delete(listener);
      if (--followers === 0) close();
    };
  }, [on, listener]);
}

export type Live = Pick<Card, 'state' | 'playable'> & { progress: Progress | null };

/** A card's standing with the newest change laid over it. Pure. */
export function overlay(card: Pick<Card, 'state' | 'playable'>, change: Change | undefined): Live {
  if (!change || card.state === 'ready') return { state: card.state, playable: card.playable, progress: null };
  return { state: change.state, playable: card.playable || change.playable, progress: change.progress };
}

export function useLive(card: Pick<Card, 'state' | 'playable' | 'media'>): Live {
  const { media } = card;
  const waits = media !== null && card.state !== 'ready';
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!waits) return;
    const watcher = (change: Change) => {
      if (change.id === media) redraw((n) => n + 1);
    };
    watchers.add(watcher);
    return () => void watchers.delete(watcher);
  }, [media, waits]);
  return overlay(card, waits ? changes.get(media) : undefined);
}
