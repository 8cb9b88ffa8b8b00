import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OptionsError } from '../config/options.ts';
import { apiClient, CLIENT_FLAGS, succeeded, userPath } from './api-client.ts';
import { parseFlags, textFlag } from './parse-flags.ts';

/** `userspan export USER`: everything about one user as JSON lines, to the terminal or a file. */
export async function exportUser(args: readonly string[]): Promise<number> {
  const { flags, positionals } = parseFlags(args, { ...CLIENT_FLAGS, out: { type: 'string' } }, true);
  const [userId, ...others] = positionals;
  if (userId === undefined || others.length > 0) {
    throw new OptionsError('userspan export needs the id of one user: userspan export USER.');
  }
  const { body } = await succeeded(await apiClient(flags).request(userPath(userId, 'export')));
  const out = textFlag(flags, 'out');
  if (body !== null) {
    const source = Readable.fromWeb(body);
    await (out === undefined ? pipeline(source, process.stdout, { end: false }) : writeTo(out, source));
  }
  return 0;
}

/** What to do about errors of the file system, by their code. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist. Create the folder first',
  ENOTDIR: 'a part of its path is a file. Give the path of a new file',
  EISDIR: 'it is a folder. Give the path of a file in it',
  EACCES: 'this user may not write there. Choose another folder',
  EROFS: 'its disk is read-only. Choose another folder',
  ENOSPC: 'the disk is full, so the file is incomplete. Free some space, and export again',
};

async function writeTo(out: string, source: Readable): Promise<void> {
  try {
    await pipeline(source, createWriteStream(out, { mode: 0o600 }));
  } catch (error) {
    const remedy = error instanceof Error && 'code' in error ? REMEDIES[String(error.code)] : undefined;
    if (remedy === undefined) throw error;
    throw new OptionsError(`--out ${out} cannot be written: ${remedy}.`, { cause: error });
  }
}
