import { defineConfig } from 'vite';

export default defineConfig({
  base: '/ui/',
  build: {
    target: 'es2022',
    // data: URLs for fonts or scripts would require a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      input: {
        error: 'error.html',
        studio: 'studio.html',
        docs: 'docs.html',
        guide: 'guide.html',
        site: 'site.html',
        sw: 'src/site/worker/sw.ts',
      },
      // The service worker has a fixed name; all other files contain a content hash.
      output: { entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
      // "use client" concerns server-side rendering, which is not used.
      onLog: (level, log, handle) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && handle(level, log),
    },
  },
});
