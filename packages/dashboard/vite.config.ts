import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The pages are files of the collector: it serves them from `dashboard/` beside its `dist/`. */
export default defineConfig({
  base: '/',
  plugins: [react()],
  build: {
    outDir: '../collector/dashboard',
    emptyOutDir: true,
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // The content policy is `default-src 'self'`: nothing may end up inside the page or in a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    // `vite` while working on the pages: the collector answers, `USERSPAN_API` says where it is.
    proxy: { '/api': process.env['USERSPAN_API'] ?? 'http://127.0.0.1:4318' },
  },
});
