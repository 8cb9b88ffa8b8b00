// Bundles `bundled.mjs` with webpack, as CommonJS and as an ES module, into the folder that is given.
const webpack = require('webpack');

const config = (filename, output, experiments) => ({
  mode: 'production',
  target: 'node',
  entry: './bundled.mjs',
  output: { path: process.argv[2], filename, ...output },
  experiments,
});
const configs = [
  config('webpack.cjs', { libraryTarget: 'commonjs2' }),
  config(
    'webpack.mjs',
    { module: true, chunkFormat: 'module', library: { type: 'module' } },
    { outputModule: true },
  ),
];
webpack(configs, (error, stats) => {
  if (error || stats.hasErrors()) {
    console.error(error ?? stats.toString());
    process.exitCode = 1;
  }
});
