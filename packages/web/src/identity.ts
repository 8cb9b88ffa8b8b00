import { ANONYMOUS_PREFIX } from '@userspan/core/semconv';
import type { User } from '@userspan/core';

import type { PageStorage } from './page-storage.ts';
import { randomHex } from './random-id.ts';

const USER = 'user';
const ANONYMOUS = 'anonymous';

/** Who this browser is, kept across pages and shared by its tabs. */
export interface Identity {
  /** The user named last, else the anonymous one of this browser. */
  readonly current: () => User;
  /** Names the user. Gives the anonymous id that was the same person until now, once. */
  readonly become: (user: User) => { aliasFrom?: string; isNews: boolean };
  /** Forgets the user; who comes next is a new anonymous one. */
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
      // A second user on the same browser is another person: only the visitor from before the first is aliased.
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
