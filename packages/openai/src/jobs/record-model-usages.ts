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

/** Number of ended turns that are recorded together. */
const TURNS_AT_ONCE = 100;

/** Records the ended turns of a stream that is still open if there are many, because it may be open for days. */
export function recordEndedTurns(call: ReadCall): void {
  const { outcome, start } = call;
  const usages = outcome.modelUsages ?? [];
  if (usages.length < TURNS_AT_ONCE) return;
  const isEnded = ({ responseId, isOpen }: ModelUsage): boolean =>
    responseId !== undefined && isOpen !== true;
  const ended = usages.filter(isEnded);
  if (ended.length < TURNS_AT_ONCE) return;
  outcome.modelUsages = usages.filter((usage) => !isEnded(usage));
  outcome.areUsagesRecorded = true;
  if (start.span.isRecording()) record(call, ended);
}

/** Records a call for each model or turn, below the span of a request that had several. */
export function recordModelUsages(call: ReadCall): void {
  record(call, call.outcome.modelUsages ?? []);
}

function record(call: ReadCall, usages: readonly ModelUsage[]): void {
  const { host, recorder, context } = call.start;
  for (const modelUsage of usages) {
    if (isRecorded(modelUsage)) continue;
    const { model, usage, tools, isKeptLong, responseId, serviceTier, failure, unpriced } = modelUsage;
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
      requestServiceTier: serviceTier,
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
