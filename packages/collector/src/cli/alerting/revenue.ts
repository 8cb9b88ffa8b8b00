import { readFile } from 'node:fs/promises';

import { OptionsError } from '../../config/options.ts';
import { apiClient, CLIENT_FLAGS, jsonOf } from '../api-client.ts';
import { parseFlags, textFlag } from '../parse-flags.ts';

/** `userspan revenue FILE.csv`: imports what customers paid, with the columns `user` or `group`, `month` and `usd`. */
export async function revenue(args: readonly string[]): Promise<number> {
  const { flags, positionals } = parseFlags(args, { ...CLIENT_FLAGS, source: { type: 'string' } }, true);
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0)
    throw new OptionsError('userspan revenue needs the path of one CSV file.');
  let csv: string;
  try {
    csv = await readFile(path, 'utf8');
  } catch (error) {
    throw new OptionsError(`${path} cannot be read: ${String(error)}`, { cause: error });
  }
  const source = textFlag(flags, 'source');
  const query = source === undefined ? '' : `?${new URLSearchParams({ source }).toString()}`;
  const headers = { 'content-type': 'text/csv' };
  const { written } = await jsonOf<{ written: number }>(
    await apiClient(flags).request(`/api/revenue/csv${query}`, { method: 'POST', headers, body: csv }),
  );
  process.stdout.write(`${written} amounts written\n`);
  return 0;
}
