import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { OptionsError } from './options.ts';

/** The files of `--tls-cert` and `--tls-key`. */
export interface TlsPaths {
  readonly cert: string;
  readonly key: string;
}

/** Options of a TLS server: PEM contents and the minimum version. */
export interface TlsPair extends TlsPaths {
  readonly minVersion: 'TLSv1.2';
}

/** Observer of the certificate. */
export interface TlsWatcher {
  /** Called when the certificate was renewed on disk. */
  renewed(pair: TlsPair): void;
  /** Called with something that the operator has to do. */
  warn(reason: string): void;
}

const CHECK_MS = 2_000;

/** Reads certificate and key, and checks that they belong together. Throws {@link OptionsError} with the file and what to do. */
export async function readTls({ cert, key }: TlsPaths): Promise<TlsPair> {
  const pair: TlsPair = {
    cert: await readPem('tls-cert', cert),
    key: await readPem('tls-key', key),
    minVersion: 'TLSv1.2',
  };
  const certificate = certificateOf(pair, cert);
  let doesMatch: boolean;
  try {
    doesMatch = certificate.checkPrivateKey(createPrivateKey(pair.key));
  } catch (error) {
    throw new OptionsError(
      `--tls-key ${key} must be a private key in PEM without a passphrase: ${messageOf(error)}`,
      { cause: error },
    );
  }
  if (!doesMatch) {
    throw new OptionsError(
      `--tls-key ${key} does not match the first certificate in --tls-cert ${cert}: set a matching pair.`,
    );
  }
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new OptionsError(`--tls-cert ${cert} cannot be used: ${messageOf(error)}`, { cause: error });
  }
  return pair;
}

/**
 * Checks every two seconds whether the files have changed, and passes on the new pair; new connections then have the
 * new certificate. An invalid pair, as between the two writes of a renewal, is ignored and tried again.
 *
 * @returns a function that stops it.
 */
export function watchTls(paths: TlsPaths, first: TlsPair, watcher: TlsWatcher): () => Promise<void> {
  let current = first;
  let seen: string | undefined;
  let failed: string | undefined;
  warnOfExpiry(first, paths, watcher);
  const check = async (): Promise<void> => {
    const now = await fingerprint(paths);
    if (now === seen) {
      return;
    }
    try {
      const pair = await readTls(paths);
      seen = now;
      failed = undefined;
      if (pair.cert !== current.cert || pair.key !== current.key) {
        current = pair;
        watcher.renewed(pair);
        warnOfExpiry(pair, paths, watcher);
      }
    } catch (error) {
      // A single failure may be between two writes.
      if (failed === now) {
        seen = now;
        watcher.warn(`${messageOf(error)} The previous certificate stays in use.`);
      }
      failed = now;
    }
  };
  const timer = setInterval(() => void check(), CHECK_MS).unref();
  return async () => clearInterval(timer);
}

function warnOfExpiry(pair: TlsPair, { cert }: TlsPaths, watcher: TlsWatcher): void {
  const { validTo } = new X509Certificate(pair.cert);
  if (Date.parse(validTo) < Date.now()) {
    watcher.warn(
      `--tls-cert ${cert} expired on ${validTo}, so clients refuse it: renew it; the collector reads the new file by itself.`,
    );
  }
}

function certificateOf({ cert }: TlsPair, path: string): X509Certificate {
  try {
    return new X509Certificate(cert);
  } catch (error) {
    throw new OptionsError(
      `--tls-cert ${path} must be a certificate chain in PEM, that of this server first: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

async function readPem(flag: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new OptionsError(`--${flag} names ${path}, which cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** A string that changes when one of the files changes. */
async function fingerprint({ cert, key }: TlsPaths): Promise<string> {
  const states = await Promise.all([cert, key].map((path) => stat(path).catch(() => undefined)));
  return states.map((state) => `${state?.ino} ${state?.size} ${state?.mtimeMs}`).join(' ');
}

/** Node's message about a file, which contains a path and never a key. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
