import { isResponseNoted } from '@userspan/core/internal';
import { normalizeUsage } from '@userspan/pricing';

import { TWELVE_HOURS } from '../call/cache-life.ts';
import type { ReadCall } from '../call/read-call.ts';
import { recordFinishedCall } from '../call/record-finished-call.ts';

const CHAT = { operation: 'chat' } as const;

/** Records one call below the span of a request that ran several models, or several turns, for each of them. */
export function recordModelUsages(call: ReadCall): void {
  const { host, recorder, context } = call.start;
  for (const { model, usage, tools, isKeptLong, responseId, failure, unpriced } of call.outcome.modelUsages ??
    []) {
    // Two streams of one session report the same turn.
    if (responseId !== undefined && isResponseNoted(responseId)) continue;
    recordFinishedCall({
      recorder,
      host,
      context,
      endpoint: CHAT,
      model,
      // Tools alone are no usage: the tokens that are missing make the call unpriced.
      usage: normalizeUsage(
        'responses',
        isKnown(usage) ? { usage, output: tools, ...cacheLife(isKeptLong) } : {},
      ),
      startedAtEpochMs: call.startedAtEpochMs,
      responseId,
      failure,
      unpriced,
    });
  }
}

function cacheLife(isKeptLong: boolean | undefined): object | undefined {
  return isKeptLong === true ? { prompt_cache_options: TWELVE_HOURS } : undefined;
}

function isKnown(usage: unknown): boolean {
  return usage !== undefined && usage !== null;
}
