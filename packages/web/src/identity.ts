import { ANONYMOUS_PREFIX } from '@userspan/core/semconv';
import type { User } from '@userspan/core';

import type { PageStorage } from './page-storage.ts';
import { randomHex } from './random-id.ts';

const USER = 'user';
const ANONYMOUS = 'anonymous';

/** The user of this browser, kept across pages and shared by its tabs. */
export interface Identity {
  /** The user who was named last, otherwise the anonymous user of this browser. */
  readonly current: () => User;
  /** Sets the user. The first time, returns the anonymous id that belongs to the same person. */
  readonly become: (user: User) => { aliasFrom?: string; isNews: boolean };
  /** Forgets the user. The next one is a new anonymous user. */
  readonly reset: () => void;
}

/** Opens the identity kept in a storage. */
export function openIdentity(storage: PageStorage): Identity {
  function named(): User | undefined {
    const text = storage.get(USER);
    if (text === undefined) return undefined;
    try {
      const user = JSON.parse(text) as User;
      return typeof user.id === 'string' && typeof user.props === 'object' ? user : undefined;
    } catch {
      return undefined;
    }
  }

  function anonymous(): string {
    let id = storage.get(ANONYMOUS);
    if (id === undefined) {
      id = ANONYMOUS_PREFIX + randomHex(16);
      storage.set(ANONYMOUS, id);
    }
    return id;
  }

  return {
    current: () => named() ?? { id: anonymous(), props: {} },
    become(user) {
      const before = named();
      const text = JSON.stringify(user);
      if (before !== undefined && JSON.stringify(before) === text) return { isNews: false };
      // A second user in the same browser is another person, so only the anonymous user before the first one gets an
      // alias.
      const aliasFrom = before === undefined ? anonymous() : undefined;
      storage.set(USER, text);
      storage.remove(ANONYMOUS);
      return aliasFrom === undefined ? { isNews: true } : { aliasFrom, isNews: true };
    },
    reset() {
      storage.remove(USER);
      storage.remove(ANONYMOUS);
    },
  };
}
