/** The colour theme: the user's choice or the system's. */
import { useSyncExternalStore } from 'react';

export type Theme = 'ink' | 'paper';
export type ThemeChoice = Theme | 'system';

const STORAGE_KEY = 'otnet.theme';
const light = window.matchMedia('(prefers-color-scheme: light)');
const listeners = new Set<() => void>();
let choice: ThemeChoice = ((stored) => (stored === 'ink' || stored === 'paper' ? stored : 'system'))(
  localStorage.getItem(STORAGE_KEY),
);

export const currentTheme = (): Theme => (choice === 'system' ? (light.matches ? 'paper' : 'ink') : choice);

function apply(): void {
  document.documentElement.dataset.theme = currentTheme();
  listeners.forEach((listener) => listener());
}

export function chooseTheme(next: ThemeChoice): void {
  choice = next;
  if (next === 'system') localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, next);
  apply();
}

export const toggleTheme = (): void => chooseTheme(currentTheme() === 'ink' ? 'paper' : 'ink');

light.addEventListener('change', apply);
apply();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export const useTheme = (): Theme => useSyncExternalStore(subscribe, currentTheme);
export const useThemeChoice = (): ThemeChoice => useSyncExternalStore(subscribe, () => choice);
