const isCommonJS = process.env.FORMAT === 'cjs';

// oxlint-disable-next-line import/no-default-export -- as Vite reads it
export default {
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: 'bundled.mjs',
    outDir: `../bundles/vite-${process.env.FORMAT}`,
    sourcemap: true,
    minify: isCommonJS,
    rollupOptions: {
      output: { format: process.env.FORMAT, entryFileNames: isCommonJS ? 'vite.cjs' : 'vite.mjs' },
    },
  },
};
