/** Making elements. Text goes in as text only: titles and messages come from files nobody vouches for. */
import { createElement as lucide, type IconNode } from 'lucide';

type Attributes = Record<string, string | number | boolean | null | undefined>;
type Child = Node | string | null | undefined | false;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(...children.filter((child): child is Node | string => Boolean(child)));
  return node;
}

/** null, undefined and false take the attribute away; what has not changed is left alone. */
export function setAttribute(node: Element, name: string, value: Attributes[string]): void {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value === true ? '' : String(value));
}

export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Decoration beside words; never the only thing that says something. */
export function icon(node: IconNode, size = 16): SVGElement {
  return lucide(node, { width: size, height: size, 'stroke-width': 1.75, class: 'icon', 'aria-hidden': 'true' });
}

/** The seven bars. With `loading` they breathe one after the other. */
export function bars(className = ''): HTMLElement {
  return el('span', { class: `bars ${className}`, 'aria-hidden': 'true' }, ...Array.from({ length: 7 }, () => el('i')));
}

/** Puts exactly these children into the parent, in this order, moving only what is out of place. */
export function place(parent: Element, wanted: readonly Element[]): void {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, i) => {
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
  });
}
