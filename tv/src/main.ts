// Starts the application: the language, the fonts, the server, and then the first page.
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
/** Figtree's own, of its `hhea` table. */
const METRICS = { ascender: 950, descender: -250, lineGap: 0, unitsPerEm: 1000 };
const EXTENDED = 'U+0100-02BA, U+02BD-02FF, U+1E00-1E9F, U+1EF2-1EFF, U+20A0-20C0, U+2C60-2C7F, U+A720-A7FF';

/** Text is drawn once, as it stands; a font that comes later would change nothing. */
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

/** Which page comes first: of a server named by the URL or the build, of the one that served the page, of the last. */
async function firstPage(): Promise<string> {
  const configured = new URLSearchParams(location.search).get('server') ?? import.meta.env.VITE_OTNET_SERVER;
  const base = configured ?? hostServer(location) ?? session.server;
  if (base === null || base === undefined) return '/start';
  try {
    await session.connect(base);
    const requested = location.hash.replace(/^#/, '');
    return requested === '' || requested.startsWith('/start') ? '/home' : requested;
  } catch (error) {
    // The home page says what is wrong and tries again; only a sign-in is another page's.
    return asProblem(error).status === 401 ? '/pair' : '/home';
  }
}

/**
 * The renderer asks the graphics card after every texture whether all is well, and each time waits until everything
 * drawn so far is done. That was half of all time while rows moved; a texture that fails is empty either way.
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
    // Blits holds the focus back while a key is held, for lists of many focusable parts; here a page moves its own.
    holdTimeout: 0,
    defaultFont: 'Figtree',
    canvasColor: '#00000000',
    // Blits takes code 8 for back by itself, and with it the digit.
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
