/** Does the page begin with a picture that reaches up under the head? The page knows, the head asks. */
import { useEffect, useState } from 'preact/hooks';

let over = false;
const listeners = new Set<(over: boolean) => void>();

export function setOver(next: boolean): void {
  if (next === over) return;
  over = next;
  listeners.forEach((listener) => listener(over));
}

export function useOver(): boolean {
  const [now, set] = useState(over);
  useEffect(() => {
    set(over);
    listeners.add(set);
    return () => void listeners.delete(set);
  }, []);
  return now;
}
