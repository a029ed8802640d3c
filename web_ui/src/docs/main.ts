/**
 * The interactive API reference: Scalar, bundled and themed, with this server's OpenAPI documents. It makes no
 * requests to other hosts: no web fonts, proxy, telemetry or assistant.
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

// Zod probes for code generation (`new Function`), which the Content-Security-Policy forbids; this disables the
// probe.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
const { renderReference } = await import('./reference');
container.replaceChildren();
renderReference(container, current, matchMedia('(prefers-color-scheme: dark)'));
