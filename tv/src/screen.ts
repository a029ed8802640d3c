// What is on screen, in words: said to screen readers through a live region, and shown to tests (only with ?test=1) as
// `window.__otnet`. A canvas has no elements that either could look at.

interface Seen { route: string; focus: string; state: 'loading' | 'ready' | 'failed'; text: string; readonly nodes: number }
let seen: Omit<Seen, 'nodes'> = { route: '', focus: '', state: 'loading', text: '' };
let count: () => number = () => 0;

export function show(change: Partial<Omit<Seen, 'nodes'>>): void {
  const said = change.focus !== undefined && change.focus !== seen.focus;
  seen = { ...seen, ...change };
  if (!said) return;
  const region = document.getElementById('spoken');
  if (region) region.textContent = seen.focus;
}

export function expose(nodes: () => number): void {
  count = nodes;
  if (new URLSearchParams(location.search).get('test') !== '1') return;
  const view = { get nodes(): number { return count(); } };
  for (const key of ['route', 'focus', 'state', 'text'] as const) {
    Object.defineProperty(view, key, { enumerable: true, get: () => seen[key] });
  }
  Object.defineProperty(window, '__otnet', { value: view });
}
