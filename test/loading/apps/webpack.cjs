// Bundles `bundled.mjs` with webpack, into the folder that is given.
const webpack = require('webpack');

const config = {
  mode: 'production',
  target: 'node',
  entry: './bundled.mjs',
  output: { path: process.argv[2], filename: 'webpack.cjs', libraryTarget: 'commonjs2' },
};
webpack(config, (error, stats) => {
  if (error || stats.hasErrors()) {
    console.error(error ?? stats.toString());
    process.exitCode = 1;
  }
});
