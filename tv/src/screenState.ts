// A textual description of the screen: announced through a live region, and exposed to tests (only with ?test=1) as
// `window.__otnet`. A canvas has no DOM that either could inspect.

interface ScreenState {
  route: string;
  focus: string;
  state: 'loading' | 'ready' | 'failed';
  text: string;
}
let current: ScreenState = { route: '', focus: '', state: 'loading', text: '' };
export interface StageProbe {
  nodes(): number;
  moving(): boolean;
}
let probe: StageProbe = { nodes: () => 0, moving: () => false };

/** What each page has said about itself. */
const descriptions = new WeakMap<object, Partial<ScreenState>>();
/** The page that was the last to say its route. */
let shown: object | null = null;

/**
 * Describes a page; of the page that is shown, the change is announced. Others may load or redraw meanwhile. A dialog
 * describes the page it belongs to.
 */
export function updateScreen(page: object, change: Partial<ScreenState>): void {
  const description = { ...descriptions.get(page), ...change };
  descriptions.set(page, description);
  if (change.route !== undefined) shown = page;
  if (page !== shown) return;
  const focusChanged = description.focus !== undefined && description.focus !== current.focus;
  current = { ...current, ...description };
  if (!focusChanged) return;
  const region = document.getElementById('spoken');
  if (region) region.textContent = current.focus;
}

export function exposeTestView(stageProbe: StageProbe): void {
  probe = stageProbe;
  if (new URLSearchParams(location.search).get('test') !== '1') return;
  const view = {
    get nodes(): number {
      return probe.nodes();
    },
    /** True during page transitions, when keys are ignored. */
    get moving(): boolean {
      return probe.moving();
    },
  };
  for (const key of ['route', 'focus', 'state', 'text'] as const) {
    Object.defineProperty(view, key, { enumerable: true, get: () => current[key] });
  }
  Object.defineProperty(window, '__otnet', { value: view });
}
