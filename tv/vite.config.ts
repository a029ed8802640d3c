// Two builds of one source. `vite build` is what a server offers at /tv: ES modules in chunks, the engine loaded on
// need. `vite build --mode package` is what goes into a television's package: those start from a file, where browsers
// refuse modules, so it is one classic script that carries everything.
import { blitsFileConverter, preCompiler, reactivityGuard } from '@lightningjs/blits/vite';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

// The engine is the player's, taken where it lies in this repository: only the engine, none of the skins. It brings
// shaka-player from the player's own node_modules.
const engine = fileURLToPath(new URL('../player/src/engine/index.ts', import.meta.url));
const missing = fileURLToPath(new URL('src/player/missingEngine.ts', import.meta.url));
const there =
  existsSync(engine) && existsSync(fileURLToPath(new URL('../player/node_modules/shaka-player', import.meta.url)));
if (!there) console.warn('The player is not installed (npm --prefix player ci): this build cannot play.');

/**
 * Blits 1.27 keeps the effects of every instance of a component in one list of that component, for ever: whatever was
 * destroyed stays in memory. With a list of its own each instance goes as a whole.
 */
const ownEffects: Plugin = {
  name: 'own-effects',
  transform(code, id) {
    if (!/blits\/src\/component\.js/.test(id)) return null;
    const at = 'this[symbols.timeouts] = []';
    if (!code.includes(at)) this.error('Blits has changed: see whether own-effects is still needed');
    return { code: code.replace(at, `this[symbols.effects] = []; ${at}`), map: null };
  },
};

const classicScript: Plugin = {
  name: 'classic-script',
  enforce: 'post',
  transformIndexHtml: (html) => html.replace(/<script type="module" crossorigin/g, '<script defer'),
};

const oneScript = {
  output: { format: 'iife' as const, codeSplitting: false },
  // Vite's own loader of chunks asks where its module lies; there is but one, and it loads none.
  onLog: (
    level: 'warn' | 'info' | 'debug',
    log: { code?: string },
    handle: (level: 'warn' | 'info' | 'debug', log: never) => void,
  ) => {
    if (log.code !== 'EMPTY_IMPORT_META') handle(level, log as never);
  },
};

export default defineConfig(({ mode }) => {
  const packaged = mode === 'package';
  return {
    base: './',
    resolve: { alias: { '@otnet/player/engine': there ? engine : missing } },
    plugins: [ownEffects, blitsFileConverter(), reactivityGuard(), preCompiler(), ...(packaged ? [classicScript] : [])],
    build: {
      outDir: packaged ? 'dist-package' : 'dist',
      // webOS 5 and Tizen 5.5 hold a Chromium of that age; Fire TV and Android TV renew their WebView.
      target: 'chrome69',
      assetsInlineLimit: 0,
      modulePreload: packaged ? false : { polyfill: false },
      chunkSizeWarningLimit: 2000,
      rolldownOptions: packaged ? oneScript : {},
    },
    test: { environment: 'node', include: ['tests/**/*.test.ts'] },
  };
});
