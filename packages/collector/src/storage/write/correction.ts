import { haveOneKey } from './call-row.ts';
import type { CallRow } from './call-row.ts';

/** A call that counts from now on, counts otherwise, or does not count any more. */
export interface Correction {
  readonly before?: CallRow;
  readonly after?: CallRow;
}

/** The row that takes an old one out of its table; `undefined` when the new one takes its place by itself. */
export function removalOf({ before, after }: Correction, version: bigint): CallRow | undefined {
  if (before === undefined) return undefined;
  if (after !== undefined && haveOneKey(before, after)) return undefined;
  const above = BigInt(before.version) < version ? version : BigInt(before.version) + 1n;
  return { ...before, version: String(above), deleted: 1 };
}
