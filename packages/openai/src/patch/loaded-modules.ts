import { createRequire } from 'node:module';

const MAIN = /[\\/]node_modules[\\/]openai[\\/]index\.js$/;

/** The `openai` modules that were loaded with `require` before anybody looked, as their exports. */
export function loadedModules(): unknown[] {
  const { cache } = createRequire(import.meta.url);
  const found: unknown[] = [];
  for (const path of Object.keys(cache)) {
    if (MAIN.test(path)) found.push(cache[path]?.exports);
  }
  return found;
}
