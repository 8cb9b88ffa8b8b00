import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { chmod, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { syncDirectory } from '../runtime/replace-file.ts';
import { DataFolderError } from '../wal/secure-data-folder.ts';

/** What an encrypted value belongs to. A value that is copied to another place cannot be decrypted there. */
export interface SealedPlace {
  readonly project: string;
  readonly kind: string;
  readonly id: string;
}

/** The stored form of a value. `key` identifies the key and reveals nothing about it. */
interface Sealed {
  readonly sealed: 1;
  readonly key: string;
  /** Base64 of nonce, tag and ciphertext. */
  readonly data: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MIN_KEY_CHARACTERS = 32;

/** Encrypts secrets of channels and billers before they are stored (AES-256-GCM), with a key that the store never has. */
export class SecretBox {
  readonly #key: Buffer;
  readonly #name: string;

  /** @param text the key: any text of 32 characters or more. */
  constructor(text: string) {
    if (text.length < MIN_KEY_CHARACTERS) {
      throw new TypeError(
        `the key of secrets must have ${MIN_KEY_CHARACTERS} characters or more; got ${text.length}. Make one with: openssl rand -base64 32`,
      );
    }
    this.#key = Buffer.from(hkdfSync('sha256', text, '', 'userspan secrets at rest', 32));
    this.#name = createHash('sha256').update(this.#key).digest('hex').slice(0, 8);
  }

  seal(place: SealedPlace, value: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(boundTo(place));
    const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
    const data = Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64');
    return JSON.stringify({ sealed: 1, key: this.#name, data } satisfies Sealed);
  }

  /**
   * Decrypts a value; `undefined` if it was encrypted with another key or was changed. A value of an older version is
   * not encrypted and is returned as it is.
   */
  open(place: SealedPlace, stored: string): string | undefined {
    if (!isSealed(stored)) return stored;
    const { data } = JSON.parse(stored) as Sealed;
    const bytes = Buffer.from(data, 'base64');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(boundTo(place))
        .setAuthTag(tag);
      const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}

export function isSealed(stored: string): boolean {
  return stored.startsWith('{"sealed":1,');
}

function boundTo({ project, kind, id }: SealedPlace): Buffer {
  return Buffer.from(JSON.stringify([project, kind, id]));
}

/**
 * Opens the secret box of a collector. The key is an option, the content of a file, or the content of `secrets.key` in
 * the data folder, which is created (mode 0600) if it does not exist.
 */
export async function openSecretBox(
  dataFolder: string,
  given: { readonly key?: string | undefined; readonly keyFile?: string | undefined },
): Promise<SecretBox> {
  if (given.key !== undefined) return new SecretBox(given.key);
  if (given.keyFile !== undefined) return boxOfFile(given.keyFile);
  const path = join(dataFolder, 'secrets.key');
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(32).toString('base64')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncDirectory(dataFolder);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
  }
  return boxOfFile(path);
}

/**
 * Reads the key from a file. If the content cannot be a key, the error names the file: a crash at the first start or a
 * full disk leaves an empty one.
 */
async function boxOfFile(path: string): Promise<SecretBox> {
  const key = (await readFile(path, 'utf8')).trim();
  try {
    return new SecretBox(key);
  } catch (cause) {
    throw new DataFolderError(
      `${path} is damaged: a key has 32 characters or more, this file has ${key.length}. Restore it from a backup. ` +
        'Without a backup, move it away: the next start generates a new key, and the secrets of channels and billing systems have to be entered again.',
      { cause },
    );
  }
}
