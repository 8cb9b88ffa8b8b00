import { normalizeUsage } from '@userspan/pricing';
import { readMoney, readObject, readText, own } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';
import type { CallFacts, Dialect } from './dialect.ts';

/**
 * LiteLLM 1.60 to 1.110, as its `otel` callback exports requests: GenAI conventions, with the answer's usage as a
 * Python `repr` in `metadata.usage_object`, and LiteLLM's own cost. Recorded with 1.110.2.
 */
export const liteLLM: Dialect = {
  name: 'litellm',
  userIdKeys: [
    'litellm.end_user.id',
    'metadata.user_api_key_end_user_id',
    'metadata.user_api_key_user_id',
    'metadata.user_api_key_user_email',
  ],
  threadKeys: ['metadata.litellm_session_id', 'litellm.session.id'],
  tagKeys: ['metadata.tags'],
  metadataKeys: ['metadata.requester_metadata'],
  groupKeys: ['metadata.user_api_key_team_id', 'metadata.user_api_key_org_id'],
  readCall,
};

function readCall(attributes: Attributes): CallFacts | undefined {
  const model = readText(attributes, 'gen_ai.request.model');
  if (model === undefined) return undefined;
  const answered = readObject(attributes, 'metadata.usage_object');
  const hidden = readObject(attributes, 'hidden_params');
  if (answered === undefined && hidden === undefined && own(attributes, 'litellm.call_id') === undefined) {
    return undefined;
  }
  const usage = answered === undefined ? {} : normalizeUsage('chat', answered);
  const isCacheHit =
    readFlag(attributes, 'litellm.cache_hit') ??
    (hidden !== undefined && readText(hidden, 'cache_key') !== undefined);
  const cost = hidden === undefined ? undefined : readMoney(hidden, 'response_cost');
  return {
    role: 'call',
    usage: Object.keys(usage).length === 0 ? undefined : usage,
    responseId: readResponseId(attributes),
    // A cached answer has the cost of the original request, although nothing is charged for it.
    cost: isCacheHit
      ? { usd: '0', source: 'provider' }
      : cost === undefined || cost === '0'
        ? undefined
        : { usd: cost, source: 'computed' },
    baseUrl: hidden === undefined ? undefined : readText(hidden, 'api_base'),
  };
}

/** Reads a boolean, also in Python's notation. */
function readFlag(attributes: Attributes, key: string): boolean | undefined {
  const value = own(attributes, key);
  const flag = typeof value === 'string' ? value.toLowerCase() : value;
  if (flag === true || flag === 'true') return true;
  return flag === false || flag === 'false' ? false : undefined;
}

/**
 * Reads the provider's own id. LiteLLM wraps it in base64 for the Responses API, and writes its own id if a call
 * failed.
 */
function readResponseId(attributes: Attributes): string | null | undefined {
  const id = readText(attributes, 'gen_ai.response.id');
  if (id === undefined) return undefined;
  if (id === readText(attributes, 'litellm.call_id')) return null;
  if (!id.startsWith('resp_bGl0ZWxsbT')) return id;
  try {
    return /response_id:([\w-]{1,200})/.exec(atob(id.slice('resp_'.length)))?.[1] ?? id;
  } catch {
    return id;
  }
}
