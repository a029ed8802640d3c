/**
 * The interactive reference: Scalar, bundled, in our clothes, with the live OpenAPI documents of this server.
 * It asks nobody but this server: no fonts, no proxy, no telemetry, no assistant of somebody else.
 */
import '../styles/base.css';
import '@scalar/api-reference/style.css';
import './docs.css';
import { createApiReference } from '@scalar/api-reference';
import { documentOf, SURFACES, surfaceOf, type Surface } from './surfaces';

const place = document.querySelector<HTMLElement>('#reference')!;
const nav = document.querySelector<HTMLElement>('.docs-surfaces')!;
const dark = matchMedia('(prefers-color-scheme: dark)');
const shown = surfaceOf(location.search);

/** What the studio's session says, so that requests to the dashboard's surface may be tried from here. */
async function addToken({ request }: { request: Request }): Promise<void> {
  if (request.method === 'GET' || !new URL(request.url).pathname.startsWith('/api/v1/dashboard/')) return;
  const answer = await fetch('/api/v1/auth/session');
  const { csrf } = (await answer.json()) as { csrf: string | null };
  if (csrf) request.headers.set('X-CSRF-Token', csrf);
}

/** The languages of our own examples. */
const OTHERS = ['c', 'clojure', 'csharp', 'dart', 'fsharp', 'go', 'http', 'java', 'kotlin', 'node', 'objc', 'ocaml', 'php',
  'powershell', 'r', 'ruby', 'rust', 'swift'];
const hidden = {
  ...Object.fromEntries(OTHERS.map((language) => [language, true])),
  shell: ['httpie', 'wget'],
  js: ['axios', 'jquery', 'ofetch', 'xhr'],
  python: ['aiohttp', 'httpx_async', 'python3', 'requests'],
};

const configuration = (surface: Surface) => ({
  url: documentOf(surface),
  theme: 'none' as const,
  layout: 'modern' as const,
  forceDarkModeState: dark.matches ? ('dark' as const) : ('light' as const),
  hideDarkModeToggle: true,
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never' as const,
  documentDownloadType: 'json' as const,
  operationTitleSource: 'summary' as const,
  orderSchemaPropertiesBy: 'preserve' as const,
  showOperationId: true,
  persistAuth: false,
  defaultHttpClient: { targetKey: 'shell' as const, clientKey: 'curl' },
  hiddenClients: hidden,
  authentication: surface.slug === 'partner' ? { preferredSecurityScheme: 'key' } : {},
  onBeforeRequest: addToken,
  onLoaded: () => {
    place.dataset.state = 'ready';
  },
});

function link(surface: Surface): HTMLAnchorElement {
  const a = document.createElement('a');
  a.href = `?surface=${surface.slug}`;
  a.textContent = surface.title;
  a.title = surface.about;
  if (surface === shown) a.setAttribute('aria-current', 'page');
  return a;
}

document.title = `${shown.title} API reference · OTNet`;
nav.append(...SURFACES.map(link));
place.replaceChildren();
const reference = createApiReference(place, configuration(shown));

dark.addEventListener('change', () => reference.updateConfiguration(configuration(shown)));
