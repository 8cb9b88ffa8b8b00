import { readFile, rm, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';

import { replaceFile } from '../runtime/replace-file.ts';

/** Content of `sessions.json` in the data folder. */
export interface SessionFile {
  /** The newest one signs; all of them verify. */
  readonly secrets: readonly { readonly secret: Buffer; readonly madeAtMs: number }[];
  /** Sessions that were ended early, by hash, with their regular end. */
  readonly revoked: Map<string, number>;
}

interface Stored {
  readonly version: 1;
  readonly secrets: readonly { readonly secret: string; readonly madeAtMs: number }[];
  readonly revoked: readonly (readonly [hash: string, untilMs: number])[];
}

const SECRET_BYTES = 32;

function pathIn(dir: string): string {
  return join(dir, 'sessions.json');
}

/** Reads the file in this folder. Undefined if there is none; a string is the reason why it must not be used. */
export async function readSessionFile(dir: string): Promise<SessionFile | string | undefined> {
  const path = pathIn(dir);
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0 && platform() !== 'win32') {
      return `${path} was readable by other users`;
    }
    return fromStored(JSON.parse(await readFile(path, 'utf8')) as Partial<Stored>) ?? `${path} is damaged`;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
      ? undefined
      : `${path} is damaged`;
  }
}

function fromStored({ version, secrets, revoked }: Partial<Stored>): SessionFile | undefined {
  if (version !== 1 || !Array.isArray(secrets) || !Array.isArray(revoked) || secrets.length === 0) {
    return undefined;
  }
  const read = (secrets as unknown[]).flatMap((entry) => secretOf(entry) ?? []);
  return read.length === secrets.length
    ? { secrets: read, revoked: new Map(revoked as Stored['revoked']) }
    : undefined;
}

function secretOf(entry: unknown): SessionFile['secrets'][number] | undefined {
  const { secret, madeAtMs } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  const bytes = Buffer.from(typeof secret === 'string' ? secret : '', 'base64');
  return bytes.length === SECRET_BYTES && typeof madeAtMs === 'number'
    ? { secret: bytes, madeAtMs }
    : undefined;
}

/** Replaces the file atomically. */
export async function writeSessionFile(dir: string, { secrets, revoked }: SessionFile): Promise<void> {
  const stored: Stored = {
    version: 1,
    secrets: secrets.map(({ secret, madeAtMs }) => ({ secret: secret.toString('base64'), madeAtMs })),
    revoked: [...revoked],
  };
  await replaceFile(pathIn(dir), JSON.stringify(stored));
}

/** Removes the file, so that the next start creates a new secret. Also works on a full disk. */
export async function removeSessionFile(dir: string): Promise<void> {
  await rm(pathIn(dir), { force: true });
}
