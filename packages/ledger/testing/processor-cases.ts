import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { CostSpanProcessor, SpanToUserProcessor } from '../src/index.ts';

/** A span as it left the process. */
export interface FinishedSpan {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A tracer of an SDK in whose pipeline these processors stand, in their order, before the exporter. */
export type StartTracing = (processors: readonly object[]) => {
  readonly tracer: Tracer;
  /** The context in which a span is the current one. */
  readonly inside: (span: Span) => Context;
  readonly finished: () => readonly FinishedSpan[];
};

const CHAT: Attributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
};
const USED: Attributes = { 'gen_ai.usage.input_tokens': 19, 'gen_ai.usage.output_tokens': 10 };
const PRICED = {
  'gen_ai.usage.cost': 0.00000885,
  'userspan.cost.source': 'list',
  'userspan.cost.as_of': expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
};

const UNTOUCHED: readonly { name: string; attributes: Attributes }[] = [
  { name: 'a call with a cost', attributes: { ...CHAT, ...USED, 'gen_ai.usage.cost': 1 } },
  { name: 'a call with a cost that cannot be', attributes: { ...CHAT, ...USED, 'gen_ai.usage.cost': -1 } },
  {
    name: 'a call that says why it has none',
    attributes: { ...CHAT, ...USED, 'userspan.cost.unpriced': 'why' },
  },
  {
    name: 'a call with a cost in the name of OpenInference',
    attributes: {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o-mini',
      'llm.token_count.prompt': 19,
      'llm.cost.total': 1,
    },
  },
  {
    name: 'a call with a cost in the name of Langfuse',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.cost_details': '{"total":1}',
    },
  },
  { name: 'an agent', attributes: { ...CHAT, ...USED, 'gen_ai.operation.name': 'invoke_agent' } },
  {
    name: 'a wrapper of the AI SDK',
    attributes: {
      'ai.operationId': 'ai.generateText',
      'ai.model.id': 'gpt-4o-mini',
      'ai.usage.inputTokens': 19,
    },
  },
  {
    name: 'an HTTP request',
    attributes: { 'http.request.method': 'POST', 'server.address': 'api.openai.com' },
  },
  { name: 'nothing', attributes: {} },
];

const DIALECTS: readonly { name: string; attributes: Attributes }[] = [
  { name: 'GenAI conventions', attributes: { ...CHAT, ...USED } },
  {
    name: 'old GenAI conventions',
    attributes: {
      'gen_ai.system': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.usage.prompt_tokens': 19,
      'gen_ai.usage.completion_tokens': 10,
    },
  },
  {
    name: 'OpenInference',
    attributes: {
      'openinference.span.kind': 'LLM',
      'llm.provider': 'openai',
      'llm.model_name': 'gpt-4o-mini',
      'llm.token_count.prompt': 19,
      'llm.token_count.completion': 10,
    },
  },
  {
    name: 'OpenLLMetry',
    attributes: {
      'llm.vendor': 'openai',
      'llm.request.type': 'chat',
      'llm.request.model': 'gpt-4o-mini',
      'llm.usage.prompt_tokens': 19,
      'llm.usage.completion_tokens': 10,
    },
  },
  {
    name: 'Vercel AI SDK',
    attributes: {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.model.provider': 'openai.chat',
      'ai.model.id': 'gpt-4o-mini',
      'ai.usage.inputTokens': 19,
      'ai.usage.outputTokens': 10,
    },
  },
  {
    name: 'Langfuse',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-4o-mini',
      'langfuse.observation.usage_details': '{"input":19,"output":10}',
    },
  },
];

/** What both processors promise, over whichever SDK. */
export function processorCases(start: StartTracing): void {
  const exported = (processors: readonly object[], attributes: Attributes): FinishedSpan | undefined => {
    const { tracer, finished } = start(processors);
    const span = tracer.startSpan('span');
    span.setAttributes(attributes);
    span.end();
    return finished()[0];
  };

  describe('CostSpanProcessor', () => {
    it.each(DIALECTS)('prices a call in $name', ({ attributes }) => {
      expect(exported([new CostSpanProcessor()], attributes)?.attributes).toEqual({
        ...attributes,
        ...PRICED,
      });
    });

    it.each(UNTOUCHED)('leaves alone $name', ({ attributes }) => {
      expect(exported([new CostSpanProcessor()], attributes)?.attributes).toEqual(attributes);
    });

    it('prices once where two of it stand', () => {
      const own = { models: { 'gpt-4o-mini': { input: 1, output: 1 } } };
      const processors = [new CostSpanProcessor(), new CostSpanProcessor({ prices: own })];
      expect(exported(processors, { ...CHAT, ...USED })?.attributes).toEqual({ ...CHAT, ...USED, ...PRICED });
    });

    it('prices the inner one of two records of a call', () => {
      const { tracer, inside, finished } = start([new CostSpanProcessor()]);
      const outer = tracer.startSpan('outer', { attributes: { ...CHAT, ...USED } });
      const between = tracer.startSpan('between', {}, inside(outer));
      const inner = tracer.startSpan('inner', { attributes: { ...CHAT, ...USED } }, inside(between));
      for (const span of [inner, between, outer]) span.end();
      expect(Object.fromEntries(finished().map(({ name, attributes }) => [name, attributes]))).toEqual({
        inner: { ...CHAT, ...USED, ...PRICED },
        between: {},
        outer: { ...CHAT, ...USED },
      });
    });

    it('prices a call that has a call of another model below', () => {
      const { tracer, inside, finished } = start([new CostSpanProcessor()]);
      const outer = tracer.startSpan('outer', { attributes: { ...CHAT, ...USED } });
      const guard = { ...USED, ...CHAT, 'gen_ai.request.model': 'gpt-4o', 'gen_ai.response.model': 'gpt-4o' };
      tracer.startSpan('guard', { attributes: guard }, inside(outer)).end();
      outer.end();
      expect(finished().map(({ attributes }) => attributes['gen_ai.usage.cost'])).toEqual([
        0.0001475, 0.00000885,
      ]);
    });

    it('says why there is no price', () => {
      const attributes = {
        ...USED,
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-x',
      };
      expect(exported([new CostSpanProcessor()], attributes)?.attributes).toEqual({
        ...attributes,
        'userspan.cost.unpriced': expect.stringContaining('gpt-x'),
      });
    });

    it('takes prices of one’s own', () => {
      const prices = { models: { 'gpt-4o-mini': { input: 1, output: 2 } } };
      expect(exported([new CostSpanProcessor({ prices })], { ...CHAT, ...USED })?.attributes).toMatchObject({
        'gen_ai.usage.cost': 0.000039,
        'userspan.cost.source': 'custom',
      });
    });

    it('prices what ends behind a processor that does not pass on the word that a span is ending', () => {
      const cost = new CostSpanProcessor();
      const behind = {
        onStart: () => {},
        onEnd: (span: unknown) => cost.onEnd(span),
        forceFlush: () => cost.forceFlush(),
        shutdown: () => cost.shutdown(),
      };
      expect(exported([behind], { ...CHAT, ...USED })?.attributes).toEqual({ ...CHAT, ...USED, ...PRICED });
    });
  });

  describe('SpanToUserProcessor', () => {
    it('agrees with what the spans say, whoever made them', () => {
      const ledger = new SpanToUserProcessor();
      const { tracer, inside } = start([new CostSpanProcessor(), ledger]);
      const startTime = new Date('2026-11-01T10:00:00.000Z');
      const endTime = new Date('2026-11-01T10:00:01.000Z');
      const root = tracer.startSpan('GET /', {
        startTime,
        attributes: { 'user.id': 'u42', 'user.name': 'Ada', 'userspan.user.plan': 'pro', 'session.id': 's1' },
      });
      for (const { attributes } of DIALECTS) {
        tracer.startSpan('call', { startTime, attributes }, inside(root)).end(endTime);
      }
      tracer
        .startSpan('call', { startTime, attributes: { ...CHAT, 'error.type': '429' } }, inside(root))
        .end(endTime);
      root.end(endTime);
      tracer.startSpan('chat gpt-4o-mini', { startTime, attributes: { ...CHAT, ...USED } }).end(endTime);

      expect(ledger.users()).toEqual([
        {
          id: 'u42',
          name: 'Ada',
          email: null,
          avatar: null,
          group: null,
          props: { plan: 'pro' },
          firstSeen: '2026-11-01T10:00:00.000Z',
          lastSeen: '2026-11-01T10:00:01.000Z',
          calls: 7,
          inputTokens: 114,
          outputTokens: 60,
          cachedTokens: 0,
          cost: 0.0000531,
          costExact: '0.0000531',
          unpricedCalls: 0,
          errors: 1,
          threads: 1,
        },
      ]);
      expect(ledger.unattributed()).toEqual({
        calls: 1,
        inputTokens: 19,
        outputTokens: 10,
        cachedTokens: 0,
        cost: 0.00000885,
        costExact: '0.00000885',
        unpricedCalls: 0,
        errors: 0,
        threads: 0,
      });
    });
  });
}
