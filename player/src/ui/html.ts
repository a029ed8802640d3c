/** Small helpers for building what is shown. Texts go in as text, never as markup. */
export function escaped(text: unknown): string {
  const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return String(text ?? '').replace(/[&<>"']/g, (sign) => signs[sign]!);
}

export function fragment(html: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
}

export function node<T extends HTMLElement = HTMLElement>(html: string): T {
  return fragment(html.trim()).firstElementChild as T;
}
