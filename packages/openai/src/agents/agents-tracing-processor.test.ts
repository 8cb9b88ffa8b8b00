import { context, propagation, trace } from '@opentelemetry/api';
import {
  Agent,
  OpenAIProvider,
  Runner,
  Usage,
  setTraceProcessors,
  setTracingDisabled,
  tool,
  withGenerationSpan,
  withTrace,
} from '@openai/agents';
import type { Model } from '@openai/agents';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { startOpenAIServer } from '@userspan-test/openai-server';
import type { OpenAIServer } from '@userspan-test/openai-server';
import { UserSpanProcessor, identify, wrapTool } from '@userspan/core';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { observeOpenAI } from '../observe-openai.ts';
import { AgentsTracingProcessor } from './agents-tracing-processor.ts';

let server: OpenAIServer;
let exporter: InMemorySpanExporter;
let provider: NodeTracerProvider;

beforeAll(async () => {
  server = await startOpenAIServer();
  // The SDK does not trace if NODE_ENV is `test`.
  setTracingDisabled(false);
});
afterAll(() => server.close());
beforeEach(() => {
  exporter = new InMemorySpanExporter();
  provider = new NodeTracerProvider({
    spanProcessors: [new UserSpanProcessor(), new SimpleSpanProcessor(exporter)],
  });
  provider.register();
  setTraceProcessors([new AgentsTracingProcessor()]);
});
afterEach(async () => {
  setTraceProcessors([]);
  await provider.shutdown();
  trace.disable();
  context.disable();
  propagation.disable();
});

const client = (): OpenAI =>
  observeOpenAI(new OpenAI({ apiKey: 'sk-test', baseURL: server.url, maxRetries: 0 }));
const runner = (useResponses = true): Runner =>
  new Runner({ modelProvider: new OpenAIProvider({ openAIClient: client(), useResponses }) });

/** `name < parent (user)` of each span, sorted by name, and the number of traces. */
function recorded(): { spans: string[]; traces: number } {
  const spans = exporter.getFinishedSpans();
  const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  return {
    spans: spans
      .map((span) => {
        const parent = names.get(span.parentSpanContext?.spanId ?? '') ?? '-';
        return `${span.name} < ${parent} (${String(span.attributes['user.id'] ?? '-')})`;
      })
      .toSorted(inOrder),
    traces: new Set(spans.map((span) => span.spanContext().traceId)).size,
  };
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : 1);
const costs = (): unknown[] =>
  exporter.getFinishedSpans().flatMap((span) => span.attributes['gen_ai.usage.cost'] ?? []);

const weather = tool({
  name: 'weather',
  description: 'The weather of a city',
  parameters: z.object({}),
  execute: async () => {
    await wrapTool(() => Promise.resolve(1), { name: 'look up' })();
    return 'sunny';
  },
});

const run = async (agent: Agent, question: string, useResponses = true): Promise<unknown> =>
  (await runner(useResponses).run(agent, question)).finalOutput;

describe.each([
  { api: 'responses', useResponses: true },
  { api: 'chat completions', useResponses: false },
])('with $api', ({ useResponses }) => {
  const agent = new Agent({ name: 'Guide', model: 'gpt-4o-mini', tools: [weather] });
  const question = 'Oslo? [[call weather {}]]';
  const spans = [
    'chat gpt-4o-mini < invoke_agent Guide (u1)',
    'chat gpt-4o-mini < invoke_agent Guide (u1)',
    'execute_tool look up < execute_tool weather (u1)',
    'execute_tool weather < invoke_agent Guide (u1)',
    'invoke_agent Guide < invoke_workflow Agent workflow (u1)',
    'invoke_workflow Agent workflow < - (u1)',
  ];

  test('records a run as one trace, with each call once below its agent', async () => {
    await identify('u1', () => run(agent, question, useResponses));
    expect(recorded()).toEqual({ spans, traces: 1 });
    expect(costs()).toHaveLength(2);
  });

  test('records a streamed run as one trace', async () => {
    await identify('u1', async () => {
      const result = await runner(useResponses).run(agent, question, { stream: true });
      for await (const event of result) void event;
      await result.completed;
    });
    expect(recorded()).toEqual({ spans, traces: 1 });
  });

  test('records a run below the span of a request', async () => {
    await trace.getTracer('app').startActiveSpan('GET /', async (span) => {
      await identify('u1', () => run(agent, question, useResponses));
      span.end();
    });
    expect(recorded()).toEqual({
      spans: ['GET / < - (-)', ...spans.slice(0, -1), 'invoke_workflow Agent workflow < GET / (u1)'].toSorted(
        inOrder,
      ),
      traces: 1,
    });
  });
});

test('records separate traces for twenty concurrent users', async () => {
  const agent = new Agent({ name: 'Guide', model: 'gpt-4o-mini', tools: [weather] });
  const users = Array.from({ length: 20 }, (_, index) => `u${String(index)}`);
  await Promise.all(users.map((user) => identify(user, () => run(agent, 'Oslo? [[call weather {}]]'))));
  const owners = new Map<string, Set<unknown>>();
  for (const span of exporter.getFinishedSpans()) {
    const { traceId } = span.spanContext();
    owners.set(traceId, (owners.get(traceId) ?? new Set()).add(span.attributes['user.id']));
  }
  expect(owners.size).toBe(20);
  expect(new Set([...owners.values()].map((owner) => [...owner].join()))).toEqual(new Set(users));
  expect(costs()).toHaveLength(40);
});

test('records a handoff and the next agent', async () => {
  const billing = new Agent({ name: 'Billing', model: 'gpt-4o-mini' });
  const triage = Agent.create({ name: 'Triage', model: 'gpt-4o-mini', handoffs: [billing] });
  await run(triage, 'A refund. [[call transfer_to_Billing {}]]');
  expect(recorded()).toEqual({
    spans: [
      'chat gpt-4o-mini < invoke_agent Billing (-)',
      'chat gpt-4o-mini < invoke_agent Triage (-)',
      'handoff Triage to Billing < invoke_agent Triage (-)',
      'invoke_agent Billing < invoke_workflow Agent workflow (-)',
      'invoke_agent Triage < invoke_workflow Agent workflow (-)',
      'invoke_workflow Agent workflow < - (-)',
    ],
    traces: 1,
  });
});

test('records several runs and a call of the app in one workflow, an agent as a tool, and a guardrail', async () => {
  const inner = new Agent({ name: 'Inner', model: 'gpt-4o-mini' });
  const outer = new Agent({
    name: 'Outer',
    model: 'gpt-4o-mini',
    tools: [inner.asTool({ toolName: 'ask', toolDescription: 'Asks' })],
    inputGuardrails: [
      { name: 'polite', execute: () => Promise.resolve({ outputInfo: {}, tripwireTriggered: false }) },
    ],
  });
  await withTrace('Ticket', async () => {
    await run(outer, 'Hello [[call ask {"input":"Hi"}]]');
    await client().embeddings.create({ model: 'text-embedding-3-small', input: 'Hi' });
  });
  expect(recorded()).toEqual({
    spans: [
      'chat gpt-4o-mini < invoke_agent Inner (-)',
      'chat gpt-4o-mini < invoke_agent Outer (-)',
      'chat gpt-4o-mini < invoke_agent Outer (-)',
      'embeddings text-embedding-3-small < invoke_workflow Ticket (-)',
      'execute_tool ask < invoke_agent Outer (-)',
      'guardrail polite < invoke_agent Outer (-)',
      'invoke_agent Inner < execute_tool ask (-)',
      'invoke_agent Outer < invoke_workflow Ticket (-)',
      'invoke_workflow Ticket < - (-)',
    ],
    traces: 1,
  });
});

test('takes the user from metadata and the thread from groupId, before the current ones', async () => {
  const agent = new Agent({ name: 'Guide', model: 'gpt-4o-mini' });
  const named = new Runner({
    modelProvider: new OpenAIProvider({ openAIClient: client() }),
    workflowName: 'Tour',
    groupId: 't1',
    traceMetadata: { userId: 'u9' },
  });
  await identify('u1', () => named.run(agent, 'Hi'));
  expect(recorded().spans).toEqual([
    'chat gpt-4o-mini < invoke_agent Guide (u9)',
    'invoke_agent Guide < invoke_workflow Tour (u9)',
    'invoke_workflow Tour < - (u9)',
  ]);
  const threads = exporter.getFinishedSpans().map((span) => span.attributes['gen_ai.conversation.id']);
  expect(threads).toEqual(['t1', 't1', 't1']);
});

/** A model that no instrumentation records, which reports its usage like `aisdk`. */
const ownModel: Model = {
  getResponse: () =>
    withGenerationSpan((span) => {
      span.spanData.model = 'openai.responses:gpt-4o-mini';
      span.spanData.model_config = { provider: 'openai.responses', model_impl: 'ai-sdk' };
      span.spanData.usage = {
        input_tokens: 1000,
        output_tokens: 100,
        input_tokens_details: [{ cached_tokens: 0 }],
      };
      return Promise.resolve({
        usage: new Usage({ inputTokens: 1000, outputTokens: 100, totalTokens: 1100 }),
        output: [
          {
            type: 'message',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: 'Hello.' }],
          },
        ],
      });
    }),
  getStreamedResponse: () => {
    throw new Error('not used');
  },
};

test('records a call of a model that no other instrumentation records', async () => {
  const agent = new Agent({ name: 'Guide', model: ownModel });
  expect(await identify('u1', () => run(agent, 'Hi'))).toBe('Hello.');
  expect(recorded().spans).toContain('chat gpt-4o-mini < invoke_agent Guide (u1)');
  expect(costs()).toEqual([0.00021]);
});

test('passes errors to the caller, and records them without their message', async () => {
  const agent = new Agent({ name: 'Guide', model: 'gpt-4o-mini' });
  await expect(run(agent, 'secret [[fail 400]]')).rejects.toThrow(/400/);
  expect(recorded().spans).toEqual([
    'chat gpt-4o-mini < invoke_agent Guide (-)',
    'invoke_agent Guide < invoke_workflow Agent workflow (-)',
    'invoke_workflow Agent workflow < - (-)',
  ]);
  expect(costs()).toEqual([]);
  const attributes = exporter.getFinishedSpans().map((span) => [span.attributes, span.status]);
  expect(JSON.stringify(attributes)).not.toContain('secret');
});

test('records a run once with two processors, and does not change the context manager at shutdown', async () => {
  setTraceProcessors([new AgentsTracingProcessor(), new AgentsTracingProcessor()]);
  const agent = new Agent({ name: 'Guide', model: 'gpt-4o-mini' });
  await run(agent, 'Hi');
  expect(recorded().spans).toHaveLength(3);
  setTraceProcessors([]);
  exporter.reset();
  await run(agent, 'Hi');
  expect(recorded().spans).toEqual(['chat gpt-4o-mini < - (-)']);
});
