/**
 * Loads the package's own look-up over any text of the list, so that the generator asks exactly what a call would.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { encodeList } from './encode-list.mjs';

const source = join(dirname(fileURLToPath(import.meta.url)), '../src');

/** `lookUpModel`, `providerList` and their like, over a readable list. */
export async function readList(readable) {
  const result = await build({
    stdin: {
      contents: `export { lookUpModel } from './names/model-lookup.ts';
        export { providerList } from './list/price-list.ts';
        export { ListedModel } from './list/listed-model.ts';
        export { PRICED_UNITS } from './priced-unit.ts';`,
      resolveDir: source,
      loader: 'ts',
    },
    plugins: [
      {
        name: 'list',
        setup(plugins) {
          plugins.onLoad({ filter: /generated\/price-list\.ts$/ }, () => ({
            contents: `export const PRICE_LIST = ${JSON.stringify(encodeList(readable))};
              export const PRICE_LIST_DATE = '';`,
          }));
        },
      },
    ],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    logLevel: 'error',
  });
  const [{ text }] = result.outputFiles;
  return await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
}
