import { describe, expect, it } from 'vitest';
import { costLine, figureOf, makeSpan } from '../../testing/make-span.ts';
import { resolveTrace } from '../attribution/resolve-trace.ts';
import { callKey } from '../calls/call.ts';
import { callOf, readSpan } from '../calls/read-span.ts';
import type { Attributes } from '../span.ts';

const REQUEST: Attributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.system': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.usage.input_tokens': 2006,
  'gen_ai.usage.output_tokens': 300,
  'metadata.usage_object':
    "{'completion_tokens': 300, 'prompt_tokens': 2006, 'total_tokens': 2306, 'prompt_tokens_details': {'cached_tokens': 1920, 'text_tokens': None}}",
  'gen_ai.cost.total_cost': 0.0003369,
  'litellm.call_id': 'call',
  'gen_ai.response.id': 'chatcmpl-1',
};

describe('LiteLLM', () => {
  it('reads usage from a Python repr', () => {
    expect(figureOf(REQUEST)).toMatchObject({
      usage: { inputTokens: 2006, outputTokens: 300, cachedInputTokens: 1920 },
      cost: '0.0003369 computed',
      responseId: 'chatcmpl-1',
    });
  });

  it.each<{ name: string; more: Attributes }>([
    { name: 'the flag', more: { 'litellm.cache_hit': true } },
    { name: 'the flag as a string', more: { 'litellm.cache_hit': 'True' } },
    {
      name: 'the key of the cache',
      more: { hidden_params: '{"cache_key":"abc","response_cost":0.0003369}' },
    },
  ])('charges nothing for an answer from its cache: $name', ({ more }) => {
    expect(figureOf({ ...REQUEST, ...more })?.cost).toBe('0 provider');
  });

  it('the cache flag takes precedence over the cache key', () => {
    const more = { 'litellm.cache_hit': 'False', hidden_params: '{"cache_key":"abc"}' };
    expect(figureOf({ ...REQUEST, ...more })?.cost).toBe('0.0003369 computed');
  });

  it.each(['two traces', 'one trace'])('counts an answer from its cache as a separate call: %s', (place) => {
    const hit = { ...REQUEST, 'litellm.cache_hit': 'True', 'litellm.call_id': 'call-2' };
    const spans = [
      makeSpan(REQUEST, { scope: { name: 'litellm' }, parentSpanId: 'f'.repeat(16) }),
      makeSpan(hit, {
        scope: { name: 'litellm' },
        parentSpanId: 'f'.repeat(16),
        startTimeUnixNano: 1_793_527_202_000_000_000n,
        endTimeUnixNano: 1_793_527_202_001_000_000n,
        ...(place === 'one trace' ? {} : { traceId: 'b'.repeat(32) }),
      }),
    ];
    const calls = spans.map((span) => readSpan(span));
    const attributions = resolveTrace(calls.map(({ traceSpan }) => traceSpan));
    const costs = calls.flatMap(({ call }) =>
      call !== undefined && attributions.get(callKey(call))?.counted === true ? [costLine(call.cost)] : [],
    );
    expect(costs).toEqual(['0.0003369 computed', '0 provider']);
  });

  it('leaves a call unpriced if LiteLLM reports a cost of 0', () => {
    const more = { 'gen_ai.cost.total_cost': 0, hidden_params: '{"cache_key":null,"response_cost":0.0}' };
    expect(figureOf({ ...REQUEST, ...more })?.cost).toBe('0.0003369 list');
  });

  it("decodes the response id of the Responses API, and ignores LiteLLM's own ids", () => {
    const wrapped = `resp_${btoa('litellm:custom_llm_provider:openai;model_id:None;response_id:resp_9')}`;
    const idOf = (id: string): string | undefined =>
      callOf(makeSpan({ ...REQUEST, 'gen_ai.response.id': id }))?.responseId;
    expect([idOf(wrapped), idOf('call'), idOf('resp_bGl0ZWxsbT%%')]).toEqual([
      'resp_9',
      undefined,
      'resp_bGl0ZWxsbT%%',
    ]);
  });
});
