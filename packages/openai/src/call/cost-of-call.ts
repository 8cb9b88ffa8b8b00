import type { CostInDollars, UnpricedCost, Usage } from '@userspan/pricing';
import { dollarsOf } from '@userspan/pricing';

import type { ReadCall } from './read-call.ts';
import { asText } from './record.ts';

/** The cost of a call, or why it is unknown; undefined if there was no answer to pay for. */
export function costOfCall(call: ReadCall, usage: Usage): CostInDollars | UnpricedCost | undefined {
  const { outcome, start } = call;
  const { endpoint, host, fields, recorder } = start;
  // The API uses DALL-E 2 if a request for images has no model.
  const requestModel = asText(fields['model']) ?? (usage.images === undefined ? undefined : 'dall-e-2');
  if (!call.isAnswered || outcome.isRefused === true) return undefined;
  if (endpoint.unpriced !== undefined) return { unpriced: endpoint.unpriced };
  // The calls below this span have the costs.
  if ((outcome.modelUsages?.length ?? 0) > 0 || outcome.areUsagesRecorded === true) return undefined;
  const isUnknown = isEmpty(usage);
  if (isUnknown && outcome.pollPath !== undefined) {
    if (outcome.failure !== undefined && endpoint.api === 'videos') return undefined;
    if (outcome.isPending === true) return { unpriced: 'the job was not polled to its end in this process' };
  }
  if (isUnknown && endpoint.api !== 'moderations') {
    return { unpriced: 'the provider sent no usage' };
  }
  return dollarsOf(
    {
      provider: host.provider,
      model: outcome.model ?? requestModel,
      requestModel,
      usage,
      serviceTier: outcome.serviceTier,
      requestServiceTier: asText(fields['service_tier']),
      batch: start.batchedAtEpochMs !== undefined,
      at: call.startedAtEpochMs,
      baseUrl: host.baseUrl,
      output: outcome.output,
    },
    recorder.options.prices,
  );
}

function isEmpty(usage: Usage): boolean {
  for (const _ in usage) return false;
  return true;
}

let isListRead = false;

/**
 * Parses the price list when the process is idle. This takes about 5 ms once per process, which would otherwise delay
 * the first answer. Does not keep the process running.
 */
export function readPricesSoon(): void {
  if (isListRead) return;
  isListRead = true;
  setTimeout(() => {
    const usage = { inputTokens: 1, outputTokens: 1 };
    dollarsOf({ provider: 'openai', model: 'gpt-4o-mini', usage, at: Date.now() });
  }, 0).unref();
}
