import { addDecimals, exactDecimal } from '../cost/exact-decimal.ts';
import { readAmount, readObject, readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';
import type { CallFacts, Dialect } from './dialect.ts';
import { langfuseUsage } from '../reading/langfuse-usage.ts';

/** Observations that are one request. */
const CALLS: Readonly<Record<string, string>> = { generation: 'chat', embedding: 'embeddings' };

/**
 * Langfuse: `langfuse.*`. A `generation` or an `embedding` is a call, every other observation stands around calls.
 *
 * Its usage map has parts beside each other (`input` is what is neither cached nor audio), or is the provider's own.
 */
export const langfuse: Dialect = {
  name: 'langfuse',
  userIdKeys: ['langfuse.user.id', 'langfuse.trace.metadata.langfuse_user_id'],
  threadKeys: ['langfuse.session.id'],
  tagKeys: ['langfuse.trace.tags', 'langfuse.tags'],
  metadataKeys: [],
  readCall,
};

function readCall(attributes: Attributes): CallFacts | undefined {
  const type = readText(attributes, 'langfuse.observation.type');
  const model = readText(attributes, 'langfuse.observation.model.name');
  const usage = langfuseUsage(readObject(attributes, 'langfuse.observation.usage_details'));
  if (type === undefined && model === undefined && usage === undefined) return undefined;
  const operation = CALLS[type ?? 'generation'];
  const failed = readText(attributes, 'langfuse.observation.level') === 'ERROR';
  const parameters = readObject(attributes, 'langfuse.observation.model.parameters');
  return {
    role: operation === undefined ? 'wrapper' : 'call',
    operation,
    responseModel: model,
    usage,
    // Langfuse writes a cost of 0 on every failed call.
    costUsd: failed && usage === undefined ? undefined : readCost(attributes),
    requestTier: parameters === undefined ? undefined : readText(parameters, 'service_tier'),
  };
}

function readCost(attributes: Attributes): string | undefined {
  const details = readObject(attributes, 'langfuse.observation.cost_details');
  if (details === undefined) return undefined;
  const total = readAmount(details, 'total');
  if (total !== undefined) return exactDecimal(total);
  let sum: string | undefined;
  for (const item of Object.keys(details)) {
    const usd = exactDecimal(readAmount(details, item) ?? -1);
    if (usd !== undefined) sum = sum === undefined ? usd : addDecimals(sum, usd);
  }
  return sum;
}
