/** Helpers for building HTML. Texts are escaped. */
export function escapeHtml(text: unknown): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return String(text ?? '').replace(/[&<>"']/g, (sign) => entities[sign]!);
}

export function fragment(html: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
}

export function elementFrom<T extends HTMLElement = HTMLElement>(html: string): T {
  return fragment(html.trim()).firstElementChild as T;
}
