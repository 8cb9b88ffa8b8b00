import { readProvidersUsage } from '../reading/providers-usage.ts';
import { readObject, readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';
import type { CallFacts, Dialect } from './dialect.ts';

/**
 * PostHog: the GenAI conventions with its own names for user and thread, and the provider's own usage in `$ai_usage`,
 * if its client has that. Recorded with 8.13.1.
 */
export const postHog: Dialect = {
  name: 'posthog',
  userIdKeys: ['posthog.distinct_id'],
  threadKeys: ['$ai_session_id', '$session_id'],
  tagKeys: [],
  metadataKeys: [],
  readCall,
};

function readCall(attributes: Attributes): CallFacts | undefined {
  if (readText(attributes, 'gen_ai.request.model') === undefined) return undefined;
  const raw = readObject(attributes, '$ai_usage');
  const usage = raw === undefined ? undefined : readProvidersUsage(raw);
  return usage === undefined ? undefined : { role: 'call', usage };
}
