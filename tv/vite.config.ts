// Two builds. `vite build` produces ES modules for /tv on the server, with the engine loaded on demand. `vite build
// --mode package` produces one classic script for packaged apps, which start from a file: URL, where modules are
// blocked.
import { blitsFileConverter, preCompiler, reactivityGuard } from '@lightningjs/blits/vite';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

// The engine is imported from the player's sources in this repository; shaka-player comes from the player's
// node_modules.
const engine = fileURLToPath(new URL('../player/src/engine/index.ts', import.meta.url));
const missing = fileURLToPath(new URL('src/player/missingEngine.ts', import.meta.url));
const there =
  existsSync(engine) && existsSync(fileURLToPath(new URL('../player/node_modules/shaka-player', import.meta.url)));
if (!there) console.warn('The player is not installed (npm --prefix player ci): this build cannot play.');

/**
 * Blits 1.27 keeps the effects of all instances in one list per component, so destroyed instances are never freed.
 * This gives every instance its own list.
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
  // Vite's chunk loader reads import.meta.url; a single script has no chunks to load.
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
      // The Chromium versions of webOS 5 and Tizen 5.5; Fire TV and Android TV update their WebView.
      target: 'chrome69',
      assetsInlineLimit: 0,
      modulePreload: packaged ? false : { polyfill: false },
      chunkSizeWarningLimit: 2000,
      rolldownOptions: packaged ? oneScript : {},
    },
    test: { environment: 'node', include: ['tests/**/*.test.ts'] },
  };
});
