import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressedFiles } from './vite/compressed-files.ts';
import { thirdPartyNotices } from './vite/third-party-notices.ts';

/** The pages are files of the collector: it serves them from `dashboard/` beside its `dist/`. */
export default defineConfig({
  base: '/',
  plugins: [react(), compressedFiles(), thirdPartyNotices()],
  build: {
    outDir: '../collector/dashboard',
    emptyOutDir: true,
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // The content policy is `default-src 'self'`: nothing may end up inside the page or in a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // A few files of what most pages need, not one for each piece: a browser has six connections.
        codeSplitting: {
          groups: [
            { name: 'early', test: /src\/early\.ts$/u, priority: 3 },
            { name: 'main', test: /src\/main\.tsx$/u, priority: 1 },
            // Markdown comes with the first conversation that is read.
            { name: 'libraries', test: /node_modules(?!.*markdown-to-jsx)/u, priority: 2 },
          ],
        },
      },
    },
  },
  server: {
    // `vite` while working on the pages: the collector answers, `USERSPAN_API` says where it is.
    proxy: { '/api': process.env['USERSPAN_API'] ?? 'http://127.0.0.1:4318' },
  },
});
