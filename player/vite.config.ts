/// <reference types="vitest/config" />
import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';
import { jsonSchema } from './src/config/json-schema';

/** The design tokens as the player's private custom properties: `import css from 'virtual:tokens'`. */
function tokens(): Plugin {
  const name = 'virtual:tokens';
  return {
    name: 'otnet-tokens',
    resolveId: (id) => (id === name ? `\0${name}` : null),
    load(id) {
      if (id !== `\0${name}`) return null;
      const file = new URL('../web_ui/tokens.json', import.meta.url);
      this.addWatchFile(file.pathname);
      const { color, radius, motion } = JSON.parse(readFileSync(file, 'utf8'));
      const ink = ['bg', 'panel', 'raised', 'line', 'edge', 'text', 'muted', 'accent', 'on-accent', 'danger'];
      const both = ['panel', 'raised', 'line', 'edge', 'text', 'muted', 'accent', 'on-accent', 'danger'];
      const declared = [
        ...ink.map((k) => [k, color.ink[k]]),
        ...both.map((k) => [`page-${k}`, `light-dark(${color.paper[k]}, ${color.ink[k]})`]),
        ...Object.entries(color.fixed),
        ...color.bars.map((value: string, i: number) => [`bar-${i + 1}`, value]),
        ...Object.entries(radius).map(([k, v]) => [`radius-${k}`, `${v}px`]),
        ...Object.entries(motion).map(([k, v]) => [`motion-${k}`, v]),
      ];
      const folders = ['src/ui/', 'src/skins/'].map((folder) => new URL(folder, import.meta.url));
      const files = folders.flatMap((folder) => readdirSync(folder).map((file) => new URL(file, folder)));
      const used = files.map((path) => readFileSync(path, 'utf8')).join();
      const needed = declared.filter(([k]) => used.includes(`--_${k})`) || used.includes(`--_${k} `));
      const css = `:host{${needed.map(([k, v]) => `--_${k}:${v}`).join(';')}}`;
      return `export default ${JSON.stringify(css)}`;
    },
  };
}

/** Inlined SVG icons without attributes and whitespace that are not needed. */
function tight(): Plugin {
  return {
    name: 'otnet-tight',
    enforce: 'pre',
    load(id) {
      if (!id.includes('lucide-static') || !id.endsWith('?raw')) return null;
      const svg = readFileSync(id.replace('?raw', ''), 'utf8');
      const inside = svg
        .replace(/^[\s\S]*?<svg[\s\S]*?>/, '')
        .replace('</svg>', '')
        .replace(/\s+/g, ' ')
        .replace(/> </g, '><');
      return `export default ${JSON.stringify(inside.trim())}`;
    },
  };
}

/** Shaka Player is distributed as a UMD script; converts it to an ES module. */
const shakaModule: Plugin = {
  name: 'otnet-shaka-module',
  apply: 'build',
  transform(code, id) {
    if (!id.includes('shaka-player.compiled')) return null;
    const head = '(function(){var innerGlobal=';
    const tail = /if\(typeof exports!="undefined"\)for\(var k in exportTo\.shaka\)[\s\S]*?exportTo\.shaka\}\)\(\);/;
    if (!code.includes(head) || !tail.test(code))
      this.error('shaka-player is wrapped in another way; see otnet-shaka-module');
    return { code: code.replace(head, 'var innerGlobal=').replace(tail, 'export default exportTo.shaka;'), map: null };
  },
};

const published: Plugin = {
  name: 'otnet-schema',
  apply: 'build',
  generateBundle() {
    const source = `${JSON.stringify(jsonSchema(), null, 2)}\n`;
    this.emitFile({ type: 'asset', fileName: 'config.schema.json', source });
  },
};

/**
 * Modules that playback needs, in one chunk; native HLS, telemetry, progress, playback sessions and thumbnails are loaded on
 * demand.
 */
const ENGINE = new RegExp(
  [
    String.raw`src\/element`,
    String.raw`src\/engine\/(?!native|index|watch-progress|playback-session|proofs|protection-problems|thumbnails|media-session|playback-meter|telemetry\.|watched-ranges)`,
    String.raw`src\/i18n\/(index|en\/base)`,
  ].join('|'),
);

/** Modules that every skin needs, in one chunk; the rest of the UI is loaded on demand. */
const CONTROLS = new RegExp(
  [
    String.raw`src\/ui\/(?!dialogs|ring|waveform|up-next|pip-window|caption-style|markers)`,
    String.raw`src\/skins\/index`,
    'virtual:tokens',
    String.raw`lucide-static\/icons\/(?!x\.)`,
  ].join('|'),
);

export default defineConfig({
  // Chunks are resolved relative to the importing file, wherever the server places the folder.
  base: './',
  plugins: [tokens(), tight(), shakaModule, published],
  build: {
    target: 'es2022',
    // No modulepreload helper in a library.
    lib: {
      formats: ['es'],
      entry: {
        'otnet-player': 'src/index.ts',
        'otnet-engine': 'src/engine/index.ts',
        'otnet-embed': 'src/embed/client.ts',
        'otnet-embed-page': 'src/embed/host.ts',
        embed: 'src/embed/script.ts',
      },
    },
    // Vite does not minify whitespace of libraries; this one is served as it is.
    cssMinify: true,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: {
        minify: true,
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        codeSplitting: {
          groups: [
            { name: 'media-chrome', priority: 3, test: /node_modules\/media-chrome(?!\/dist\/lang\/de)/ },
            {
              name: 'engine',
              priority: 2,
              test: ENGINE,
            },
            {
              name: 'controls',
              priority: 1,
              test: CONTROLS,
            },
          ],
        },
      },
    },
  },
  server: { fs: { allow: ['..'] } },
  test: { environment: 'jsdom', include: ['tests/**/*.test.ts'] },
});
