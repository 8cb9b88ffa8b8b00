import { isResponseRecorded, processState } from '@userspan/core/internal';
import { normalizeUsage } from '@userspan/pricing';

import { TWELVE_HOURS } from '../call/cache-life.ts';
import { forgetOldest } from '../call/forget-oldest.ts';
import type { ModelUsage } from '../call/outcome.ts';
import type { ReadCall } from '../call/read-call.ts';
import { recordFinishedCall } from '../call/record-finished-call.ts';

const CHAT = { operation: 'chat' } as const;
const MAX_TURNS = 1000;

/** Turns whose end was recorded. A turn whose stream was cut is recorded once more when another stream reports its usage. */
const endedTurns: Set<string> = processState(
  Symbol.for('userspan.openai.ended-turns.1'),
  () => new Set<string>(),
);

/** Records a call for each model or turn, below the span of a request that had several. */
export function recordModelUsages(call: ReadCall): void {
  const { host, recorder, context } = call.start;
  for (const modelUsage of call.outcome.modelUsages ?? []) {
    if (isRecorded(modelUsage)) continue;
    const { model, usage, tools, isKeptLong, responseId, failure, unpriced } = modelUsage;
    recordFinishedCall({
      recorder,
      host,
      context,
      endpoint: CHAT,
      model,
      // Tools alone are not a usage. Without tokens, the call is unpriced.
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

/** Two streams of one session report the same turn. */
function isRecorded({ responseId, isOpen }: ModelUsage): boolean {
  if (responseId === undefined) return false;
  if (endedTurns.has(responseId)) return true;
  if (isOpen === true) return isResponseRecorded(responseId);
  endedTurns.add(responseId);
  forgetOldest(endedTurns, MAX_TURNS);
  return false;
}

function cacheLife(isKeptLong: boolean | undefined): object | undefined {
  return isKeptLong === true ? { prompt_cache_options: TWELVE_HOURS } : undefined;
}

function isKnown(usage: unknown): boolean {
  return usage !== undefined && usage !== null;
}
