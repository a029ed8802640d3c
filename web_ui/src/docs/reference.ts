/** The Scalar API reference, set to call this server only; `main.ts` forbids code generation before it imports this. */
import '@scalar/api-reference/style.css';
import { createApiReference } from '@scalar/api-reference';
import { documentOf, type Surface } from './surfaces';

/** What the studio's session says, so that requests to the dashboard's surface may be tried from here. */
async function addToken({ request }: { request: Request }): Promise<void> {
  if (request.method === 'GET' || !new URL(request.url).pathname.startsWith('/api/v1/dashboard/')) return;
  const answer = await fetch('/api/v1/auth/session');
  const { csrf } = (await answer.json()) as { csrf: string | null };
  if (csrf) request.headers.set('X-CSRF-Token', csrf);
}

/** The languages of our own examples. */
const OTHERS = [
  'c',
  'clojure',
  'csharp',
  'dart',
  'fsharp',
  'go',
  'http',
  'java',
  'kotlin',
  'node',
  'objc',
  'ocaml',
  'php',
  'powershell',
  'r',
  'ruby',
  'rust',
  'swift',
];
const hidden = {
  ...Object.fromEntries(OTHERS.map((language) => [language, true])),
  shell: ['httpie', 'wget'],
  js: ['axios', 'jquery', 'ofetch', 'xhr'],
  python: ['aiohttp', 'httpx_async', 'python3', 'requests'],
};

const configuration = (surface: Surface, dark: boolean, ready: () => void) => ({
  url: documentOf(surface),
  theme: 'none' as const,
  layout: 'modern' as const,
  forceDarkModeState: dark ? ('dark' as const) : ('light' as const),
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
  onLoaded: ready,
});

/** Shows the surface's document in `place`; `theme` says whether it is dark, now and later. */
export function show(place: HTMLElement, surface: Surface, theme: MediaQueryList): void {
  const ready = () => (place.dataset.state = 'ready');
  const reference = createApiReference(place, configuration(surface, theme.matches, ready));
  theme.addEventListener('change', () => reference.updateConfiguration(configuration(surface, theme.matches, ready)));
}
