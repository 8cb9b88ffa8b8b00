/**
 * Bundles `dist/index.js` and `dist/feed.js` into one minified module each, after `tsc -b`, because Node takes almost a
 * millisecond to load each module when a process starts. `test/formats/import-cost.test.ts` has the limits. Source maps
 * and declarations still refer to the modules that tsc wrote.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
for (const name of ['index', 'feed']) {
  // The source instead of the file in dist, which may be the bundle of an earlier run.
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
    // Few processes read feeds, so the list remains a separate module there and is not in the package twice.
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
