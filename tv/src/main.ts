// Starts the application: language, fonts, server, first page.
import Blits from '@lightningjs/blits';
import latin400 from '@fontsource/figtree/files/figtree-latin-400-normal.woff2?url';
import latin600 from '@fontsource/figtree/files/figtree-latin-600-normal.woff2?url';
import ext400 from '@fontsource/figtree/files/figtree-latin-ext-400-normal.woff2?url';
import ext600 from '@fontsource/figtree/files/figtree-latin-ext-600-normal.woff2?url';
import App from './App';
import { asProblem } from './api/client';
import { KEYS } from './keys/keyMaps';
import { platform, registerPlatformKeys } from './platform';
import { session } from './session';
import { hostServer } from './state/serverAddress';
import { HEIGHT, theme, pixelRatio, WIDTH } from './theme';

const FONTS = [
  { family: 'Figtree', file: latin400, more: ext400 },
  { family: 'FigtreeStrong', file: latin600, more: ext600 },
];
/** From Figtree's `hhea` table. */
const METRICS = { ascender: 950, descender: -250, lineGap: 0, unitsPerEm: 1000 };
const EXTENDED = 'U+0100-02BA, U+02BD-02FF, U+1E00-1E9F, U+1EF2-1EFF, U+20A0-20C0, U+2C60-2C7F, U+A720-A7FF';

/** Text is rendered once: a font that loads later would not be applied. */
async function loadFonts(): Promise<void> {
  const faces = FONTS.flatMap(({ family, file, more }) => [
    new FontFace(family, `url(${file})`),
    new FontFace(family, `url(${more})`, { unicodeRange: EXTENDED }),
  ]);
  await Promise.all(
    faces.map((face) =>
      face.load().then(
        (f) => document.fonts.add(f),
        () => undefined,
      ),
    ),
  );
}

/**
 * The first page. The server is taken from the URL or the build, else it is the one that served the page, else the
 * last one used.
 */
async function firstPage(): Promise<string> {
  const configured = new URLSearchParams(location.search).get('server') ?? import.meta.env.VITE_OTNET_SERVER;
  const base = configured ?? hostServer(location) ?? session.server;
  if (base === null || base === undefined) return '/start';
  try {
    await session.connect(base);
    const requested = location.hash.replace(/^#/, '');
    return requested === '' || requested.startsWith('/start') ? '/home' : requested;
  } catch (error) {
    // The home page reports connection errors and retries; only signing in has a page of its own.
    return asProblem(error).status === 401 ? '/pair' : '/home';
  }
}

/**
 * The renderer calls gl.getError after every texture upload, which blocks until the GPU has finished: half of the
 * frame time while scrolling. A failed upload shows an empty texture either way.
 */
function disableGlErrorChecks(): void {
  const gl = document.querySelector('canvas')?.getContext('webgl');
  if (gl) gl.getError = () => gl.NO_ERROR;
}

async function start(): Promise<void> {
  registerPlatformKeys();
  session.applyLanguage();
  const [page] = await Promise.all([firstPage(), loadFonts()]);
  document.title = session.site?.organization.name ?? 'OTNet';
  document.body.style.setProperty('--ink', theme.bg);
  location.hash = page;
  Blits.Plugin({ name: 'theme', plugin: () => theme });
  Blits.Launch(App, 'app', {
    w: WIDTH,
    h: HEIGHT,
    debugLevel: 0,
    // Blits delays focus changes while a key is held; here pages move the focus themselves.
    holdTimeout: 0,
    defaultFont: 'Figtree',
    canvasColor: '#00000000',
    // Blits maps key code 8 to back, which is also the digit's `key`.
    keymap: { ...KEYS[platform], 8: undefined },
    gpuMemory: { max: 160, target: 0.6 },
    viewportMargin: 40,
    webWorkersLimit: 2,
    pixelRatio: pixelRatio(window.innerWidth, window.innerHeight, window.devicePixelRatio),
    fonts: FONTS.map(({ family, file }) => ({ family, type: 'web' as const, file, metrics: METRICS })),
  });
  disableGlErrorChecks();
}

void start();
