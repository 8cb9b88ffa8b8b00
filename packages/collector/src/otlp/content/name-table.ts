import { THREAD_KEYS } from '@userspan/ledger';
import type { IdentityRules } from '@userspan/ledger';
import { type Verdict, verdictOf } from './content-names.ts';

interface KnownName {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly verdict: Verdict;
  readonly idOf: IdKind | undefined;
}

/** What an id names. */
export type IdKind = 'user' | 'thread';

/** The attributes that name a user, by these rules, or a thread. */
export function namesOfIds(rules: IdentityRules): ReadonlyMap<string, IdKind> {
  return new Map([
    ...THREAD_KEYS.map((name) => [name, 'thread'] as const),
    ...rules.allKeys.map((name) => [name, 'user'] as const),
  ]);
}

/** Facts about names, looked up by bytes, because creating a string for every name would dominate the run time. */
export class NameTable {
  static readonly #SLOTS = 4096;
  readonly #known: (KnownName | undefined)[] = Array.from({ length: NameTable.#SLOTS });
  readonly #idNames: ReadonlyMap<string, IdKind>;

  constructor(idNames: ReadonlyMap<string, IdKind>) {
    this.#idNames = idNames;
  }

  /** The name between two offsets. */
  of(bytes: Uint8Array, start: number, end: number): KnownName {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at += 1) {
      hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    }
    const slot = (hash >>> 0) % NameTable.#SLOTS;
    const found = this.#known[slot];
    if (found !== undefined && isSame(found.bytes, bytes, start, end)) {
      return found;
    }
    // A copy, because a view would keep the whole request in memory.
    const ownBytes = Uint8Array.from(bytes.subarray(start, end));
    const name = textOf(ownBytes);
    const known = { bytes: ownBytes, name, verdict: verdictOf(name), idOf: this.#idNames.get(name) };
    if (ownBytes.length <= 256) {
      this.#known[slot] = known;
    }
    return known;
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) {
    return false;
  }
  for (let i = 0; i < known.length; i += 1) {
    if (known[i] !== bytes[start + i]) {
      return false;
    }
  }
  return true;
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
