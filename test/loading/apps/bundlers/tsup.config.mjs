// oxlint-disable-next-line import/no-default-export -- as tsup reads it
export default {
  entry: ['bundled.mjs'],
  format: ['cjs'],
  platform: 'node',
  noExternal: [/.*/],
  minify: true,
  sourcemap: true,
  silent: true,
  outDir: '../bundles/tsup',
  outExtension: () => ({ js: '.cjs' }),
};
