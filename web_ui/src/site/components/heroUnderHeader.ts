/** Whether the current page begins with a picture below a transparent header. Set by the page, read by the header. */
import { useEffect, useState } from 'preact/hooks';

let heroUnderHeader = false;
const listeners = new Set<(over: boolean) => void>();

export function setHeroUnderHeader(next: boolean): void {
  if (next === heroUnderHeader) return;
  heroUnderHeader = next;
  listeners.forEach((listener) => listener(heroUnderHeader));
}

export function useHeroUnderHeader(): boolean {
  const [value, set] = useState(heroUnderHeader);
  useEffect(() => {
    set(heroUnderHeader);
    listeners.add(set);
    return () => void listeners.delete(set);
  }, []);
  return value;
}
