import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OptionsError } from '../config/options.ts';
import { apiClient, CLIENT_FLAGS, succeeded } from './api-client.ts';
import { parseFlags, textFlag } from './parse-flags.ts';

/** `userspan export USER`: everything about one user as JSON lines, to the terminal or a file. */
export async function exportUser(args: readonly string[]): Promise<number> {
  const { flags, positionals } = parseFlags(args, { ...CLIENT_FLAGS, out: { type: 'string' } }, true);
  const [userId, ...others] = positionals;
  if (userId === undefined || others.length > 0) {
    throw new OptionsError('userspan export needs the id of one user: userspan export USER.');
  }
  const path = `/api/users/${encodeURIComponent(userId)}/export`;
  const { body } = await succeeded(await apiClient(flags).request(path));
  const out = textFlag(flags, 'out');
  if (body !== null) {
    const source = Readable.fromWeb(body);
    await (out === undefined
      ? pipeline(source, process.stdout, { end: false })
      : pipeline(source, createWriteStream(out, { mode: 0o600 })));
  }
  return 0;
}
