/** Loads the package's own code for reading lists, so that the generator gets the same results as a call. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { encodeList } from './encode-list.mjs';

const source = join(dirname(fileURLToPath(import.meta.url)), '../src');

/** Returns functions of the package for a readable list. */
export async function loadPackage(readable = '') {
  const result = await build({
    stdin: {
      contents: `export { lookUpModel } from './names/model-lookup.ts';
        export { providerList } from './list/price-list.ts';
        export { ListedModel } from './list/listed-model.ts';
        export { PRICED_UNITS } from './priced-unit.ts';
        export { FeedReader } from './feed/feed-reader.ts';
        export { genaiSegments } from './feed/genai-rows.ts';
        export { namesOfRule } from './feed/genai-names.ts';
        export { readLitellm } from './feed/litellm-rows.ts';
        export { readJson } from './feed/read-json.ts';
        export { lastDay, latestOf, withDate, withHistory } from './feed/feed-history.ts';`,
      resolveDir: source,
      loader: 'ts',
    },
    plugins: [
      {
        name: 'list',
        setup(plugins) {
          plugins.onLoad({ filter: /generated\/price-list\.ts$/ }, () => ({
            contents: `export const PRICE_LIST = ${JSON.stringify(readable === '' ? '' : encodeList(readable))};
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
