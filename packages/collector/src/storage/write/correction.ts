import { haveOneKey } from './call-row.ts';
import type { CallRow } from './call-row.ts';

/** A change of a call: it is new, it changed, or it no longer counts. */
export interface Correction {
  readonly before?: CallRow;
  readonly after?: CallRow;
}

/** The row that deletes an old one from its table; `undefined` if the new row replaces it. */
export function removalOf({ before, after }: Correction, version: bigint): CallRow | undefined {
  if (before === undefined) return undefined;
  if (after !== undefined && haveOneKey(before, after)) return undefined;
  const above = BigInt(before.version) < version ? version : BigInt(before.version) + 1n;
  return { ...before, version: String(above), deleted: 1 };
}
