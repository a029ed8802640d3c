declare module '@otnet/player/engine' {
  export const createEngine: unknown;
}

declare module '@lightningjs/blits/vite' {
  import type { Plugin } from 'vite';
  export const blitsFileConverter: () => Plugin;
  export const preCompiler: () => Plugin;
  export const reactivityGuard: () => Plugin;
}
