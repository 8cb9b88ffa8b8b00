// The bundles of the apps, and their files.
import { join } from 'node:path';

/** Banners that people put into ESM bundles, because CommonJS packages in them call `require`. */
const BANNERS = {
  'createRequire banner':
    "import { createRequire } from 'module'; const require = createRequire(import.meta.url);",
  'long banner':
    "import { createRequire } from 'node:module'; import { dirname } from 'node:path'; import { fileURLToPath } from 'node:url'; " +
    'const require = createRequire(import.meta.url); const __filename = fileURLToPath(import.meta.url); const __dirname = dirname(__filename);',
};

/** The bundles of `bundled.mjs`, which calls `manuallyInstrument` or `observeOpenAI`. */
export const bundleFiles = [
  'cjs.cjs',
  'minified.cjs',
  'webpack.cjs',
  'webpack.mjs',
  'rollup.cjs',
  'rollup.mjs',
  'tsup/bundled.cjs',
  'vite-cjs/vite.cjs',
  'vite-es/vite.mjs',
  ...Object.keys(BANNERS).map((name) => `${name}.mjs`),
];

/** Bundles the apps, into a folder that has no node_modules above it. */
export async function bundles(folder, run) {
  const esbuild = join(folder, 'node_modules/.bin/esbuild');
  const build = (app, out, args) =>
    run(
      esbuild,
      [
        app,
        '--bundle',
        '--platform=node',
        '--log-level=error',
        `--outfile=${join(folder, '../bundles', out)}`,
        ...args,
      ],
      {
        cwd: folder,
      },
    );
  await build('bundled.mjs', 'cjs.cjs', ['--format=cjs']);
  await build('bundled.mjs', 'minified.cjs', ['--format=cjs', '--minify']);
  await build('observed.mjs', 'observed.cjs', ['--format=cjs']);
  for (const [name, banner] of Object.entries(BANNERS)) {
    await build('bundled.mjs', `${name}.mjs`, ['--format=esm', `--banner:js=${banner}`]);
  }
  await run(process.execPath, ['bundlers/webpack.cjs', join(folder, '../bundles')], { cwd: folder });
  const bin = (name) => join(folder, 'node_modules/.bin', name);
  await run(bin('rollup'), ['--config', 'bundlers/rollup.config.mjs', '--silent'], { cwd: folder });
  await run(bin('tsup'), ['--config', 'bundlers/tsup.config.mjs'], { cwd: folder });
  for (const FORMAT of ['cjs', 'es']) {
    await run(bin('vite'), ['build', '--config', 'bundlers/vite.config.mjs', '--logLevel', 'error'], {
      cwd: folder,
      env: { ...process.env, FORMAT },
    });
  }
}
