import { createHash } from 'node:crypto';

import type { Store } from '../engine/store.ts';

export type TombstoneKind = 'user' | 'trace';

/** What stands for an id that must not be kept. */
export function tombstoneHash(project: string, kind: TombstoneKind, id: string): string {
  return createHash('sha256').update(`${kind}\0${project}\0${id}`).digest('hex');
}

/** Who was erased and when: spans that began before are stopped at the door. */
export class Tombstones {
  readonly #atMs = new Map<string, number>();

  get size(): number {
    return this.#atMs.size;
  }

  async load(store: Store): Promise<void> {
    const rows = await store.query<{ hash: string; at: string }>(
      'SELECT hash, max(at_ms) AS at FROM tombstones FINAL GROUP BY hash',
    );
    for (const { hash, at } of rows) this.#atMs.set(hash, Number(at));
  }

  add(project: string, kind: TombstoneKind, id: string, atMs: number): void {
    this.#atMs.set(tombstoneHash(project, kind, id), atMs);
  }

  /** Whether something of that id that began then is of the time before it was erased. */
  stops(project: string, kind: TombstoneKind, id: string, startNs: bigint): boolean {
    if (this.#atMs.size === 0) return false;
    const atMs = this.#atMs.get(tombstoneHash(project, kind, id));
    return atMs !== undefined && startNs < BigInt(atMs) * 1_000_000n;
  }
}
