/**
 * The interactive reference: Scalar, bundled, in our clothes, with the live OpenAPI documents of this server.
 * It asks nobody but this server: no fonts, no proxy, no telemetry, no assistant of somebody else.
 */
import '../styles/base.css';
import { SURFACES, surfaceFromQuery, type Surface } from './surfaces';

const container = document.querySelector<HTMLElement>('#reference')!;
const current = surfaceFromQuery(location.search);

function link(surface: Surface): HTMLAnchorElement {
  const a = document.createElement('a');
  a.href = `?surface=${surface.slug}`;
  a.textContent = surface.title;
  a.title = surface.about;
  if (surface === current) a.setAttribute('aria-current', 'page');
  return a;
}

document.title = `${current.title} API reference · OTNet`;
document.querySelector('.docs-surfaces')!.append(...SURFACES.map(link));

// Zod tries whether it may compile code, which our policy forbids: it is told not to, before it is there.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
const { renderReference } = await import('./reference');
container.replaceChildren();
renderReference(container, current, matchMedia('(prefers-color-scheme: dark)'));
