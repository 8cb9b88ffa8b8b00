import { createHash } from 'node:crypto';
import { SESSION_SECONDS } from './session-cookie.ts';

/** Sessions that were ended before their time, until it is over. Hashes: the set is no list of valid cookies. */
export class RevokedSessions {
  readonly #until = new Map<string, number>();

  add(cookie: string, nowMs: number): void {
    for (const [hash, until] of this.#until) {
      if (until > nowMs) {
        break;
      }
      this.#until.delete(hash);
    }
    this.#until.set(hashOfCookie(cookie), nowMs + SESSION_SECONDS * 1000);
  }

  has(cookie: string): boolean {
    return this.#until.size > 0 && this.#until.has(hashOfCookie(cookie));
  }
}

function hashOfCookie(cookie: string): string {
  return createHash('sha256').update(cookie).digest('base64');
}
