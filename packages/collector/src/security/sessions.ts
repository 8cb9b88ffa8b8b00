import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AccessToken } from './access-token.ts';
import { readSessionFile, removeSessionFile, type SessionFile, writeSessionFile } from './session-file.ts';

export const SESSION_COOKIE = 'userspan_session';
/** Twelve hours, a working day, after which the dashboard asks for a token again. */
export const SESSION_SECONDS: number = 12 * 60 * 60;

const SESSION_MS = SESSION_SECONDS * 1000;
const ROTATE_AFTER_MS = 24 * 60 * 60 * 1000;
/** How far the clock may have been set back since a session was opened. */
const CLOCK_SKEW_MS = 60_000;
/** Maximum number of sessions that were ended early. Above it, the secret is changed, which ends all sessions. */
const MAX_REVOKED = 10_000;
const VALUE = /^([0-9a-f]{16})\.(\d{1,15})\.([0-9a-f]{32})\.([0-9a-f]{64})$/;

/**
 * Sessions of the dashboard. A cookie contains a token's hash and the session's start, signed with a secret that only
 * this collector knows.
 *
 * The secret is random and stored in the data folder, readable only by the collector's user. Knowing the configuration
 * is not sufficient to create a cookie, because the key is neither a token nor its hash. The token's hash is signed,
 * too, so that removing a token ends its sessions. The server limits the age of a session by its start, which a cookie
 * cannot change. The secret changes daily, and the previous one is dropped when its last session has expired. An ended
 * session stays ended after restarts.
 */
export class Sessions {
  readonly #dir: string;
  #file: SessionFile;
  #saving: Promise<void> = Promise.resolve();
  /** Callbacks for the end of a session, by the hash of its cookie. */
  readonly #watchers = new Map<string, Set<() => void>>();

  private constructor(dir: string, file: SessionFile) {
    this.#dir = dir;
    this.#file = file;
  }

  /**
   * Reads the secret and the ended sessions from the data folder, or creates a secret. `onLost` is called if the file
   * cannot be used, in which case all users have to sign in again.
   */
  static async open(dir: string, onLost: (reason: string) => void, nowMs: number): Promise<Sessions> {
    const found = await readSessionFile(dir);
    if (typeof found === 'string') {
      onLost(found);
    }
    const known = typeof found === 'string' ? undefined : found;
    const sessions = new Sessions(dir, known ?? { secrets: [newSecret(nowMs)], revoked: new Map() });
    if (known === undefined) {
      await sessions.#save();
    }
    return sessions;
  }

  /** The value of a new session's cookie. */
  async seal(token: AccessToken, nowMs: number): Promise<string> {
    await this.#rotate(nowMs);
    const [current] = this.#file.secrets;
    const secret = current?.secret ?? randomBytes(32);
    const named = `${idOf(secret, token)}.${Math.floor(nowMs)}.${randomBytes(16).toString('hex')}`;
    return `${named}.${signatureOf(secret, token, named).toString('hex')}`;
  }

  /** The token of a valid session. */
  open(value: string, tokens: readonly AccessToken[], nowMs: number): AccessToken | undefined {
    const [, id = '', openedText = '', nonce = '', signature = ''] = VALUE.exec(value) ?? [];
    const openedMs = Number(openedText);
    const isInTime = openedMs + SESSION_MS > nowMs && openedMs <= nowMs + CLOCK_SKEW_MS;
    if (signature === '' || !isInTime || this.#file.revoked.has(hashOfCookie(value))) {
      return undefined;
    }
    const named = `${id}.${openedText}.${nonce}`;
    const given = Buffer.from(signature, 'hex');
    for (const { secret } of this.#file.secrets) {
      const token = tokens.find((candidate) => idOf(secret, candidate) === id);
      if (token !== undefined && timingSafeEqual(signatureOf(secret, token, named), given)) {
        return token;
      }
    }
    return undefined;
  }

  /**
   * Calls `end` when the session of a valid cookie ends, by its user or by expiring. Returns a function that stops
   * this.
   */
  watch(value: string, nowMs: number, end: () => void): () => void {
    const hash = hashOfCookie(value);
    if (this.#file.revoked.has(hash)) {
      end();
      return () => undefined;
    }
    const watchers = this.#watchers.get(hash) ?? new Set();
    this.#watchers.set(hash, watchers);
    const openedMs = Number(VALUE.exec(value)?.[2] ?? 0);
    const timer = setTimeout(end, Math.max(0, openedMs + SESSION_MS - nowMs));
    timer.unref();
    watchers.add(end);
    return () => {
      clearTimeout(timer);
      watchers.delete(end);
      if (watchers.size === 0 && this.#watchers.get(hash) === watchers) {
        this.#watchers.delete(hash);
      }
    };
  }

  /** Ends sessions early. Resolves when this is durable. */
  async revoke(values: readonly string[], nowMs: number): Promise<void> {
    if (values.length === 0) {
      return;
    }
    const { revoked } = this.#file;
    for (const [hash, until] of revoked) {
      if (until <= nowMs) {
        revoked.delete(hash);
      }
    }
    if (revoked.size + values.length > MAX_REVOKED) {
      this.#file = { secrets: [newSecret(nowMs)], revoked: new Map() };
      this.#tell([...this.#watchers.values()]);
    } else {
      const hashes = values.map(hashOfCookie);
      for (const hash of hashes) {
        revoked.set(hash, nowMs + SESSION_MS + CLOCK_SKEW_MS);
      }
      this.#tell(hashes.map((hash) => this.#watchers.get(hash) ?? []));
    }
    await this.#save();
  }

  #tell(watchers: readonly Iterable<() => void>[]): void {
    for (const end of watchers.flatMap((each) => [...each])) {
      end();
    }
  }

  async #rotate(nowMs: number): Promise<void> {
    const [current] = this.#file.secrets;
    if (current !== undefined && Math.abs(nowMs - current.madeAtMs) < ROTATE_AFTER_MS) {
      return;
    }
    // Keeps the current secret, whose sessions are valid for up to twelve hours, and drops older ones.
    const secrets = [newSecret(nowMs), ...this.#file.secrets.slice(0, 1)];
    this.#file = { ...this.#file, secrets };
    await this.#save();
  }

  /**
   * Writes the file, one write at a time. If it fails, the file is removed, so that no session is valid after a
   * restart.
   */
  async #save(): Promise<void> {
    this.#saving = this.#saving.then(() =>
      writeSessionFile(this.#dir, this.#file).catch(() => removeSessionFile(this.#dir)),
    );
    await this.#saving;
  }
}

function newSecret(nowMs: number): SessionFile['secrets'][number] {
  return { secret: randomBytes(32), madeAtMs: nowMs };
}

function idOf(secret: Buffer, token: AccessToken): string {
  return createHmac('sha256', secret)
    .update('token ')
    .update(token.sha256)
    .update(`${token.permission}@${token.project}`)
    .digest('hex')
    .slice(0, 16);
}

function signatureOf(secret: Buffer, token: AccessToken, named: string): Buffer {
  return createHmac('sha256', secret).update('session ').update(token.sha256).update(named).digest();
}

/** Hash of a cookie, so that the file of ended sessions contains no cookies. */
function hashOfCookie(cookie: string): string {
  return createHash('sha256').update(cookie).digest('base64');
}
