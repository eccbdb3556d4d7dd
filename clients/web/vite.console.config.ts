import { defaultClientConditions, defineConfig } from 'vite';
import react from '@vitejs/plugin-react';

/** The operator console: a page of its own, which the auth service serves at /console/. */
export default defineConfig({
  root: 'console',
  base: '/console/',
  publicDir: '../public',
  plugins: [react()],
  // Our own workspaces are bundled from their sources, so that the page needs no build of them.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // The page's content security policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    // What it may weigh is held by a step of `npm run check`, as it goes over the line.
    chunkSizeWarningLimit: 1_000,
  },
});
