// Two builds of one source. `vite build` is what a server offers at /tv: ES modules in chunks, the engine loaded on
// need. `vite build --mode package` is what goes into a television's package: those start from a file, where browsers
// refuse modules, so it is one classic script that carries everything.
import { blitsFileConverter, preCompiler, reactivityGuard } from '@lightningjs/blits/vite';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

// The engine is the player's, as built: one file of this repository, taken where it lies.
const built = fileURLToPath(new URL('../player/dist/otnet-engine.js', import.meta.url));
const missing = fileURLToPath(new URL('src/player/missing.ts', import.meta.url));
if (!existsSync(built)) console.warn('player/dist is missing: this build cannot play. Build player/ first.');

const classicScript: Plugin = {
  name: 'classic-script',
  enforce: 'post',
  transformIndexHtml: (html) => html.replace(/<script type="module" crossorigin/g, '<script defer'),
};

export default defineConfig(({ mode }) => {
  const packaged = mode === 'package';
  return {
    base: './',
    resolve: { alias: { '@otnet/player/engine': existsSync(built) ? built : missing } },
    plugins: [blitsFileConverter(), reactivityGuard(), preCompiler(), ...(packaged ? [classicScript] : [])],
    build: {
      outDir: packaged ? 'dist-package' : 'dist',
      // webOS 5 and Tizen 5.5 hold a Chromium of that age; Fire TV and Android TV renew their WebView.
      target: 'chrome69',
      assetsInlineLimit: 0,
      modulePreload: packaged ? false : { polyfill: false },
      chunkSizeWarningLimit: 2000,
      rolldownOptions: packaged ? { output: { format: 'iife', codeSplitting: false } } : {},
    },
    test: { environment: 'node', include: ['tests/**/*.test.ts'] },
  };
});
