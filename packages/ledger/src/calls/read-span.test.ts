import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figureOf, makeSpan, wrapperOf } from '../../testing/make-span.ts';
import { callOf, readSpan } from './read-span.ts';
import { DIALECTS, IDENTITY_DIALECTS } from '../dialects/all.ts';
import type { AttributeValue, Attributes } from '../span.ts';

const CALL: Attributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.usage.input_tokens': 19,
  'gen_ai.usage.output_tokens': 10,
};

describe('callOf', () => {
  it('reads the ids and times of the call', () => {
    const span = makeSpan(CALL, { parentSpanId: 'p', resource: { 'service.name': 'chat' } });
    expect(callOf(span)).toEqual({
      traceId: span.traceId,
      spanId: span.spanId,
      parentSpanId: 'p',
      startTimeUnixNano: span.startTimeUnixNano,
      endTimeUnixNano: span.endTimeUnixNano,
      dialect: 'gen_ai',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini',
      requestModel: 'gpt-4o-mini',
      usage: { inputTokens: 19, outputTokens: 10 },
      usageEstimated: false,
      cost: { usd: '0.00000885', source: 'list', asOf: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) },
      userClaimed: false,
      tags: [],
      service: 'chat',
      wrapper: false,
    });
  });

  it.each<{
    name: string;
    more: Parameters<typeof makeSpan>[1];
    attributes?: Attributes;
    error: string | undefined;
  }>([
    { name: 'error.type', more: {}, attributes: { 'error.type': '429' }, error: '429' },
    {
      name: 'the type of the exception',
      more: {
        status: { code: 2 },
        events: [{ name: 'exception', timeUnixNano: 0n, attributes: { 'exception.type': 'APIError' } }],
      },
      error: 'APIError',
    },
    { name: 'only a status', more: { status: { code: 2, message: 'secret' } }, error: '_OTHER' },
    {
      name: 'an exception that the span recovered from',
      more: {
        events: [{ name: 'exception', timeUnixNano: 0n, attributes: { 'exception.type': 'APIError' } }],
      },
      error: undefined,
    },
  ])('reads an error from $name', ({ more, attributes = {}, error }) => {
    expect(callOf(makeSpan({ ...CALL, ...attributes }, more))?.error).toBe(error);
  });

  const ASKED: Attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
  };
  const UNKNOWN = 'unpriced: the usage of the call is not known';

  it.each<{ name: string; more: Attributes; cost: string }>([
    { name: 'a status of 429', more: { 'error.type': '429' }, cost: '0 unbilled' },
    { name: 'a status of 500', more: { 'error.type': '500' }, cost: '0 unbilled' },
    {
      name: 'an error class with its status',
      more: { 'error.type': 'InternalServerError', 'http.response.status_code': 503 },
      cost: '0 unbilled',
    },
    {
      name: 'an error class with its package',
      more: { 'error.type': 'openai.RateLimitError' },
      cost: '0 unbilled',
    },
    {
      name: 'the former attribute of the status',
      more: { 'error.type': 'E', 'http.status_code': 400 },
      cost: '0 unbilled',
    },
    {
      name: 'a refused call of a model without a price',
      more: { 'error.type': '404', 'gen_ai.request.model': 'gpt-x' },
      cost: '0 unbilled',
    },
    { name: 'a gateway that timed out', more: { 'error.type': '504' }, cost: UNKNOWN },
    {
      name: 'a gateway that timed out, with an error class',
      more: { 'error.type': 'InternalServerError', 'http.response.status_code': 524 },
      cost: UNKNOWN,
    },
    { name: 'an abort', more: { 'error.type': 'APIUserAbortError' }, cost: UNKNOWN },
    { name: 'a lost connection', more: { 'error.type': 'APIConnectionError' }, cost: UNKNOWN },
    { name: 'an unknown error', more: { 'error.type': '_OTHER' }, cost: UNKNOWN },
    { name: 'a number that is not an HTTP status', more: { 'error.type': '4290' }, cost: UNKNOWN },
    {
      name: 'an error after 200',
      more: { 'error.type': 'APIError', 'http.response.status_code': 200 },
      cost: UNKNOWN,
    },
    {
      name: 'an answer that failed after it began',
      more: { 'error.type': '500', 'gen_ai.response.id': 'resp_1' },
      cost: UNKNOWN,
    },
    {
      name: 'a stream that was interrupted',
      more: { 'error.type': '500', 'gen_ai.response.time_to_first_chunk': 0.2 },
      cost: UNKNOWN,
    },
    {
      name: 'a stream that the sender marks as interrupted',
      more: { 'error.type': '500', 'userspan.cost.unpriced': 'the provider sent no usage' },
      cost: 'unpriced: the provider sent no usage',
    },
    {
      name: 'an error with usage',
      more: { 'error.type': '500', 'gen_ai.usage.input_tokens': 19, 'gen_ai.usage.output_tokens': 10 },
      cost: '0.00000885 list',
    },
    { name: 'no error', more: {}, cost: UNKNOWN },
  ])('detects an unbilled call: $name', ({ more, cost }) => {
    expect(figureOf({ ...ASKED, ...more })?.cost).toBe(cost);
  });

  it('marks a span from a browser as claimed', () => {
    const call = callOf(makeSpan({ ...CALL, 'user.id': 'u' }), { claimed: true });
    expect(call?.userClaimed).toBe(true);
    expect(readSpan(makeSpan({ ...CALL, 'user.id': 'u' }), { claimed: true }).traceSpan.unverified).toBe(
      true,
    );
  });

  it('keeps the reason why an id was refused', () => {
    expect(callOf(makeSpan({ ...CALL, 'user.id': ['u'] }))?.userRefused).toBe('user.id is not a text');
  });

  it.each<{ name: string; cost: AttributeValue }>([
    { name: 'negative', cost: -1 },
    { name: 'NaN', cost: Number.NaN },
    { name: 'infinite', cost: Infinity },
    { name: 'a word', cost: '0.1 USD' },
    { name: 'an empty string', cost: '' },
  ])('ignores a cost that is $name', ({ cost }) => {
    expect(figureOf({ ...CALL, 'gen_ai.usage.cost': cost })?.cost).toBe('0.00000885 list');
  });

  it.each<{ name: string; tokens: AttributeValue }>([
    { name: 'negative', tokens: -1 },
    { name: 'NaN', tokens: Number.NaN },
    { name: 'infinite', tokens: Infinity },
    { name: 'a fraction', tokens: 1.5 },
    { name: 'past 2^53', tokens: 2 ** 60 },
    { name: 'a word', tokens: '19 tokens' },
    { name: 'a list', tokens: [19] },
  ])('ignores a count that is $name', ({ tokens }) => {
    expect(figureOf({ ...CALL, 'gen_ai.usage.input_tokens': tokens })?.usage).toEqual({
      outputTokens: 10,
      unreadableCount: 'input',
    });
  });

  const keys = [
    ...new Set([
      ...IDENTITY_DIALECTS.flatMap(({ userIdKeys, threadKeys, tagKeys, metadataKeys }) => [
        ...userIdKeys,
        ...threadKeys,
        ...tagKeys,
        ...metadataKeys,
      ]),
      ...Object.keys(CALL),
      'ai.operationId',
      'ai.model.provider',
      'ai.model.id',
      'ai.response.providerMetadata',
      'ai.usage.inputTokens',
      'ai.response.id',
      'openinference.span.kind',
      'llm.model_name',
      'llm.token_count.prompt',
      'llm.cost.total',
      'output.value',
      'langfuse.observation.type',
      'langfuse.observation.usage_details',
      'langfuse.observation.cost_details',
      'langfuse.observation.model.name',
      'langsmith.span.kind',
      'langsmith.usage_metadata',
      'llm.request.type',
      'llm.request.model',
      'traceloop.span.kind',
      'gen_ai.usage.cost',
      'server.address',
      'userspan.user.x',
      'error.type',
      'telemetry.sdk.name',
    ]),
  ];
  const words = [
    'chat',
    'generation',
    'LLM',
    'llm',
    'ai.generateText.doGenerate',
    'invoke_agent',
    'openlit',
    'openai',
    '{',
    '{"input":1e999}',
    '[]',
    '{"__proto__":{"input":1}}',
    '{"input":-1,"output":"x","total":0}',
    '\uD800',
    '',
  ];
  const value = fc.oneof(
    fc.constantFrom(...words),
    fc.anything({ withBigInt: true, withNullPrototype: true, withTypedArray: true }),
    fc.double(),
    fc.bigInt(),
  );

  it('never throws or invents a number, for any span', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), value), (anything) => {
        const { call } = readSpan(makeSpan(anything as Attributes, { resource: anything as Attributes }));
        if (call === undefined) return;
        for (const count of Object.values(call.usage)) {
          expect(typeof count === 'string' || (Number.isFinite(count) && Number(count) >= 0)).toBe(true);
        }
        if (!('unpriced' in call.cost)) expect(call.cost.usd).toMatch(/^\d+(\.\d+)?$/);
      }),
      { numRuns: 3000 },
    );
  });

  it('contains each dialect once', () => {
    expect(new Set(DIALECTS).size).toBe(DIALECTS.length);
    expect(DIALECTS.every((dialect) => IDENTITY_DIALECTS.includes(dialect))).toBe(true);
  });

  it.each([
    ['a cost of 0', { 'gen_ai.usage.cost': 0 }],
    ['no tokens', { 'gen_ai.usage.input_tokens': 0, 'gen_ai.usage.output_tokens': 0 }],
    ['both', { 'gen_ai.usage.cost': 0, 'gen_ai.usage.input_tokens': 0, 'gen_ai.usage.output_tokens': 0 }],
  ])('does not read an agent span with %s as a call', (_name, stated) => {
    const agent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'gpt-4o-mini' };
    expect(wrapperOf({ ...agent, ...stated })).toBeUndefined();
  });

  it('ignores a cost of 0 for a call without usage', () => {
    const { 'gen_ai.usage.input_tokens': _i, 'gen_ai.usage.output_tokens': _o, ...unused } = CALL;
    expect(figureOf({ ...unused, 'gen_ai.usage.cost': 0 })?.cost).toBe(
      'unpriced: the usage of the call is not known',
    );
  });

  it('ignores a wrapper without a model or without usage', () => {
    expect(
      wrapperOf({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.usage.input_tokens': 19 }),
    ).toBeUndefined();
    expect(
      wrapperOf({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'gpt-4o-mini' }),
    ).toBeUndefined();
  });
});
