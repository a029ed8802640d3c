// What is on screen, in words: said to screen readers through a live region, and shown to tests (only with ?test=1) as
// `window.__otnet`. A canvas has no elements that either could look at.

interface Seen {
  route: string;
  focus: string;
  state: 'loading' | 'ready' | 'failed';
  text: string;
}
let seen: Seen = { route: '', focus: '', state: 'loading', text: '' };
export interface Stage {
  nodes(): number;
  moving(): boolean;
}
let stage: Stage = { nodes: () => 0, moving: () => false };

export function show(change: Partial<Seen>): void {
  const said = change.focus !== undefined && change.focus !== seen.focus;
  seen = { ...seen, ...change };
  if (!said) return;
  const region = document.getElementById('spoken');
  if (region) region.textContent = seen.focus;
}

export function expose(of: Stage): void {
  stage = of;
  if (new URLSearchParams(location.search).get('test') !== '1') return;
  const view = {
    get nodes(): number {
      return stage.nodes();
    },
    /** Between two pages, when keys are not heard. */
    get moving(): boolean {
      return stage.moving();
    },
  };
  for (const key of ['route', 'focus', 'state', 'text'] as const) {
    Object.defineProperty(view, key, { enumerable: true, get: () => seen[key] });
  }
  Object.defineProperty(window, '__otnet', { value: view });
}
