/**
 * Makes `dist/index.js` and `dist/feed.js` one minified module each, after `tsc -b`. Node takes almost a millisecond to
 * load a module, and every process that starts waits for it; `test/formats/import-cost.test.ts` has the limits.
 * Source maps lead to the modules where tsc put them; the types stay there, too.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
for (const name of ['index', 'feed']) {
  // Not the file in dist, which an earlier run has written.
  const entry = readFileSync(join(root, `src/${name}.ts`), 'utf8')
    .replaceAll(/^export type .*$/gm, '')
    .replaceAll(".ts'", ".js'");
  await build({
    stdin: { contents: entry, resolveDir: join(root, 'dist'), sourcefile: 'entry.js' },
    outfile: join(root, `dist/${name}.js`),
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    // Few processes read feeds: there the list stays a module of its own, so that it is not packed twice.
    plugins:
      name === 'index'
        ? []
        : [
            {
              name: 'the list beside it',
              setup(plugins) {
                plugins.onResolve({ filter: /generated\/price-list\.js$/ }, () => ({
                  path: './generated/price-list.js',
                  external: true,
                }));
              },
            },
          ],
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  });
}
