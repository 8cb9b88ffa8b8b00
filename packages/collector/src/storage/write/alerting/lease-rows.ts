import { randomUUID } from 'node:crypto';

import { deleteRows } from '../../engine/delete-rows.ts';
import type { Store } from '../../engine/store.ts';
import { RowBuffer } from '../row-buffer.ts';

/** A claim, with the last heartbeat of its holder. */
export interface LeaseRow {
  readonly term: bigint;
  readonly holder: string;
  readonly beat: bigint;
}

/** Reads and writes claims of leases. */
export interface LeaseStore {
  /** The valid claim: of the highest term, the one with the smallest holder id. */
  read(name: string): Promise<LeaseRow | undefined>;
  write(name: string, term: bigint, holder: string, beat: bigint): Promise<void>;
  clear(name: string): Promise<void>;
}

export function leaseRows(store: Store): LeaseStore {
  return {
    async read(name) {
      const [row] = await store.query<{ term: string; holder: string; beat: string }>(
        `SELECT toString(term) AS term, holder, toString(max(beat)) AS beat FROM leases WHERE name = {name:String}
         GROUP BY leases.term, holder ORDER BY toUInt64(term) DESC, holder LIMIT 1`,
        { name },
      );
      return row === undefined
        ? undefined
        : { term: BigInt(row.term), holder: row.holder, beat: BigInt(row.beat) };
    },
    async write(name, term, holder, beat) {
      const rows = new RowBuffer();
      rows.add('leases', [name, String(term), holder, String(beat)]);
      for (const insert of rows.inserts(`lease-${randomUUID()}`)) await store.insert(insert);
    },
    async clear(name) {
      const { sql, parameters } = deleteRows(store, 'leases', 'name = {name:String}', { name });
      await store.execute(sql, parameters);
    },
  };
}
