import { defineConfig } from 'vite';

export default defineConfig({
  base: '/ui/',
  build: {
    target: 'es2022',
    // A data: font or script would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      input: {
        error: 'error.html',
        studio: 'studio.html',
        docs: 'docs.html',
        site: 'site.html',
        sw: 'src/site/worker/sw.ts',
      },
      // The service worker is asked for by name; everything else is named after its content.
      output: { entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
      // "use client" is for frameworks that render on the server; here everything is the client.
      onLog: (level, log, handle) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && handle(level, log),
    },
  },
});
