/** Paper or ink: the reader's choice, or what their system says. */
import { useSyncExternalStore } from 'react';

export type Theme = 'ink' | 'paper';
export type Choice = Theme | 'system';

const STORED = 'otnet.theme';
const light = window.matchMedia('(prefers-color-scheme: light)');
const listeners = new Set<() => void>();
let choice: Choice = ((stored) => (stored === 'ink' || stored === 'paper' ? stored : 'system'))(
  localStorage.getItem(STORED),
);

export const themeOf = (): Theme => (choice === 'system' ? (light.matches ? 'paper' : 'ink') : choice);

function apply(): void {
  document.documentElement.dataset.theme = themeOf();
  listeners.forEach((listener) => listener());
}

export function chooseTheme(next: Choice): void {
  choice = next;
  if (next === 'system') localStorage.removeItem(STORED);
  else localStorage.setItem(STORED, next);
  apply();
}

light.addEventListener('change', apply);
apply();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export const useTheme = (): Theme => useSyncExternalStore(subscribe, themeOf);
export const useThemeChoice = (): Choice => useSyncExternalStore(subscribe, () => choice);
