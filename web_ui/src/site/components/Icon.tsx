import type { IconNode } from 'lucide';
import { h } from 'preact';

/** A decorative icon beside a text. */
export function Icon({ node, size = 20, fill = false }: { node: IconNode; size?: number; fill?: boolean }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={fill ? 'currentColor' : 'none'}
      stroke="currentColor"
      stroke-width={1.75}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {node.map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  );
}

/** The seven bars of the brand; animated with `loading`. */
export function Bars({ loading = false, wide = false }: { loading?: boolean; wide?: boolean }) {
  const bars = Array.from({ length: 7 }, (_, i) => <i key={i} />);
  return (
    <span class={`bars ${wide ? 'bars-wide' : ''} ${loading ? 'loading' : ''}`} aria-hidden="true">
      {bars}
    </span>
  );
}
