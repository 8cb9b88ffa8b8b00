import { readFile } from 'node:fs/promises';

import { packageFile } from './package-file.ts';

/** The version of this package. */
export async function version(): Promise<string> {
  const text = await readFile(packageFile('package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
