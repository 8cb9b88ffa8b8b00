import type { Outcome } from '../call/outcome.ts';
import { asRecord } from '../call/record.ts';

/** A unit that no price list has, so that a call with it is partly unpriced. */
const CONTRADICTED = 'contradicted_tokens';

/**
 * Records a usage that a stream reports. A host may report it in several events, each time what was used so far: the latest
 * counts. If a later usage has a smaller count than an earlier one, it is not such a total, and the call is partly unpriced. So is a call whose
 * host reports the usage of parts (`isOfPart`), of which this is not the first.
 */
export function recordUsage(outcome: Outcome, usage: unknown, isOfPart = false): void {
  const earlier = asRecord(outcome.usage);
  outcome.usage = earlier === undefined ? usage : latest(earlier, asRecord(usage) ?? {}, isOfPart);
}

function latest(
  earlier: Readonly<Record<string, unknown>>,
  later: Readonly<Record<string, unknown>>,
  isOfPart: boolean,
): Readonly<Record<string, unknown>> {
  let merged: Record<string, unknown> | undefined = isOfPart ? { ...later, [CONTRADICTED]: 1 } : undefined;
  for (const name in earlier) {
    const before = earlier[name];
    if (typeof before !== 'number' || !/tokens$/i.test(name)) continue;
    const now = later[name];
    if (typeof now === 'number' && now >= before) continue;
    merged ??= { ...later, [CONTRADICTED]: 1 };
    merged[name] = before;
  }
  return merged ?? later;
}
