/**
 * The Scalar API reference, configured to call this server only. `main.ts` disables code generation before importing
 * it.
 */
import '@scalar/api-reference/style.css';
import { createApiReference } from '@scalar/api-reference';
import { openApiUrl, type Surface } from './surfaces';

/** Adds the CSRF token of the studio's session, so that dashboard requests can be tried from the reference. */
async function addToken({ request }: { request: Request }): Promise<void> {
  if (request.method === 'GET' || !new URL(request.url).pathname.startsWith('/api/v1/dashboard/')) return;
  const answer = await fetch('/api/v1/auth/session');
  const { csrf } = (await answer.json()) as { csrf: string | null };
  if (csrf) request.headers.set('X-CSRF-Token', csrf);
}

/** Code samples of other languages are hidden: the documents contain samples of their own. */
const HIDDEN_LANGUAGES = [
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
const hiddenClients = {
  ...Object.fromEntries(HIDDEN_LANGUAGES.map((language) => [language, true])),
  shell: ['httpie', 'wget'],
  js: ['axios', 'jquery', 'ofetch', 'xhr'],
  python: ['aiohttp', 'httpx_async', 'python3', 'requests'],
};

const configuration = (surface: Surface, dark: boolean, markReady: () => void) => ({
  url: openApiUrl(surface),
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
  hiddenClients: hiddenClients,
  authentication: surface.slug === 'partner' ? { preferredSecurityScheme: 'key' } : {},
  onBeforeRequest: addToken,
  onLoaded: markReady,
});

/** Renders the surface's document in `container`, following the colour scheme. */
export function renderReference(container: HTMLElement, surface: Surface, theme: MediaQueryList): void {
  const markReady = () => (container.dataset.state = 'ready');
  const reference = createApiReference(container, configuration(surface, theme.matches, markReady));
  theme.addEventListener('change', () =>
    reference.updateConfiguration(configuration(surface, theme.matches, markReady)),
  );
}
