import { own, readAmount, readCount } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';
import type { CallFacts, Dialect } from './dialect.ts';
import { genAI } from './gen-ai.ts';

/**
 * OpenLIT: the GenAI conventions, with a cost from its own price table. For a model that is not in its table it writes
 * a cost of 0, which is ignored.
 */
export const openLIT: Dialect = {
  name: 'openlit',
  userIdKeys: ['gen_ai.user.id'],
  threadKeys: [],
  tagKeys: [],
  metadataKeys: [],
  readCall,
};

function readCall(attributes: Attributes, name: string): CallFacts | undefined {
  if (own(attributes, 'telemetry.sdk.name') !== 'openlit') return undefined;
  const facts = genAI.readCall(attributes, name);
  if (facts === undefined) return undefined;
  const isFree = readAmount(attributes, 'gen_ai.usage.cost') === 0;
  const isUsed = (readCount(attributes, 'gen_ai.usage.input_tokens') ?? 0) > 0;
  return isFree && isUsed ? { ...facts, cost: undefined, costIsUnknown: true } : facts;
}
