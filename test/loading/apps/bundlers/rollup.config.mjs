import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import { nodeResolve } from '@rollup/plugin-node-resolve';

const plugins = [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs(), json()];

// oxlint-disable-next-line import/no-default-export -- as Rollup reads it
export default [
  ['es', 'mjs'],
  ['cjs', 'cjs'],
].map(([format, extension]) => ({
  input: 'bundled.mjs',
  output: { file: `../bundles/rollup.${extension}`, format, inlineDynamicImports: true, sourcemap: true },
  plugins,
  onwarn: () => {},
}));
