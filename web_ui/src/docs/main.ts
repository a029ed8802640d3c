/**
 * The interactive reference: Scalar, bundled, in our clothes, with the live OpenAPI documents of this server.
 * It asks nobody but this server: no fonts, no proxy, no telemetry, no assistant of somebody else.
 */
import '../styles/base.css';
import { SURFACES, surfaceOf, type Surface } from './surfaces';

const place = document.querySelector<HTMLElement>('#reference')!;
const shown = surfaceOf(location.search);

function link(surface: Surface): HTMLAnchorElement {
  const a = document.createElement('a');
  a.href = `?surface=${surface.slug}`;
  a.textContent = surface.title;
  a.title = surface.about;
  if (surface === shown) a.setAttribute('aria-current', 'page');
  return a;
}

document.title = `${shown.title} API reference · OTNet`;
document.querySelector('.docs-surfaces')!.append(...SURFACES.map(link));

// Zod tries whether it may compile code, which our policy forbids: it is told not to, before it is there.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
const { show } = await import('./reference');
place.replaceChildren();
show(place, shown, matchMedia('(prefers-color-scheme: dark)'));
