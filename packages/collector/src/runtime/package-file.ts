import nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';

/** A file of this package, whichever file this module is bundled into. The path is relative to the package's folder. */
export function packageFile(path: string): URL {
  const manifest = nodeModule.createRequire(import.meta.url).resolve('@userspan/collector/package.json');
  return new URL(path, pathToFileURL(manifest));
}
