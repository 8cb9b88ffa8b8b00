/**
 * Makes `dist/index.js` one module, after `tsc -b`. Node takes almost half a millisecond to load a module: the nine of
 * this package 7 ms, one of them and its data 4 ms, and it stands in the way of every process that starts.
 * The types, and the modules that they are of, stay where tsc put them.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// Not dist/index.js, which this file has written before.
const index = readFileSync(join(root, 'src/index.ts'), 'utf8')
  .replaceAll(/^export type .*$/gm, '')
  .replaceAll(".ts'", ".js'");

await build({
  stdin: { contents: index, resolveDir: join(root, 'dist'), sourcefile: 'entry.js' },
  outfile: join(root, 'dist/index.js'),
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  external: ['./generated/price-list.js'],
  sourcemap: true,
  logLevel: 'warning',
});
