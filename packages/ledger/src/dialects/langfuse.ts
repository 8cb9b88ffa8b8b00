import type { Usage } from '@userspan/pricing';
import { addDecimals } from '../cost/exact-decimal.ts';
import type { StatedCost } from '../cost/stated-cost.ts';
import { readMoney, readObject, readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';
import type { CallFacts, Dialect } from './dialect.ts';
import { langfuseUsage } from '../reading/langfuse-usage.ts';

/** Observations that are one request. */
const CALLS: Readonly<Record<string, string>> = { generation: 'chat', embedding: 'embeddings' };

/**
 * Langfuse: `langfuse.*`. A `generation` or an `embedding` is a call, every other observation is a wrapper.
 *
 * Its usage map has parts that exclude each other (`input` is neither cached nor audio), or is the provider's own
 * usage.
 */
export const langfuse: Dialect = {
  name: 'langfuse',
  userIdKeys: ['langfuse.user.id', 'langfuse.trace.metadata.langfuse_user_id'],
  threadKeys: ['langfuse.session.id'],
  tagKeys: ['langfuse.trace.tags', 'langfuse.tags'],
  metadataKeys: [],
  metadataPrefixes: ['langfuse.trace.metadata.', 'langfuse.metadata.'],
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
    cost: readCost(attributes, failed, usage),
    requestTier: parameters === undefined ? undefined : readText(parameters, 'service_tier'),
  };
}

/** The cost that the application computed. Langfuse writes 0 on every failed call, which is ignored. */
function readCost(attributes: Attributes, failed: boolean, usage: Usage | undefined): StatedCost | undefined {
  if (failed && usage === undefined) return undefined;
  const details = readObject(attributes, 'langfuse.observation.cost_details');
  if (details === undefined) return undefined;
  let usd = readMoney(details, 'total');
  if (usd === undefined) {
    for (const item of Object.keys(details)) {
      const part = readMoney(details, item);
      if (part !== undefined) usd = usd === undefined ? part : addDecimals(usd, part);
    }
  }
  return usd === undefined ? undefined : { usd, source: 'computed' };
}
