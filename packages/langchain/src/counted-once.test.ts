import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { ChatOpenAI } from '@langchain/openai';
import { startOpenAIServer } from '@userspan-test/openai-server';
import type { OpenAIServer } from '@userspan-test/openai-server';
import { OpenAIInstrumentation } from '@userspan/openai';
import { createRequire } from 'node:module';
import { identify } from '@userspan/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { record } from '../testing/recorded.ts';
import type { Recorded } from '../testing/recorded.ts';
import { UserspanHandler } from './userspan-handler.ts';

/** The copy of `openai` that `@langchain/openai` loads. */
const requireFromLangchain = createRequire(createRequire(import.meta.url).resolve('@langchain/openai'));

let server: OpenAIServer;
let recorded: Recorded;
let instrumentation: OpenAIInstrumentation;
beforeAll(async () => {
  server = await startOpenAIServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  recorded = record();
  instrumentation = new OpenAIInstrumentation();
  instrumentation.setTracerProvider(recorded.provider);
  const { OpenAI } = (await import(requireFromLangchain.resolve('openai').replace(/\.js$/, '.mjs'))) as {
    OpenAI: never;
  };
  instrumentation.manuallyInstrument(OpenAI);
});
afterEach(async () => {
  instrumentation.disable();
  await recorded.stop();
});

const makeModel = (options: object = {}) =>
  new ChatOpenAI({
    model: 'gpt-4o-mini',
    apiKey: 'sk-test',
    configuration: { baseURL: server.url },
    ...options,
  });

/** The sum that a backend computes by adding the cost attributes of all spans. */
const addedUp = (): number =>
  recorded.tree().reduce((sum, { attributes }) => sum + Number(attributes['gen_ai.usage.cost'] ?? 0), 0);

describe.each([
  ['chat', {}],
  ['responses', { useResponsesApi: true }],
])('with the OpenAI instrumentation enabled too (%s)', (_, options) => {
  const run = async (isStreamed: boolean): Promise<void> => {
    const chain = ChatPromptTemplate.fromTemplate('say {word}')
      .pipe(makeModel(options))
      .pipe(new StringOutputParser());
    const config = { callbacks: [new UserspanHandler()], metadata: { userId: 'u42' } };
    if (!isStreamed) await chain.invoke({ word: 'one two' }, config);
    else for await (const _ of await chain.stream({ word: 'one two' }, config));
  };

  test.each([
    ['not streamed, inside a request span', false, true],
    ['not streamed, without an outer span', false, false],
    ['streamed, inside a request span', true, true],
    ['streamed, without an outer span', true, false],
  ])('counts a call once, for the user in the metadata: %s', async (_, isStreamed, isInRequest) => {
    const before = server.bills.length;
    if (!isInRequest) await run(isStreamed);
    else {
      await recorded.provider.getTracer('app').startActiveSpan('request', async (span) => {
        await run(isStreamed);
        span.end();
      });
    }
    const bills = server.bills.slice(before);
    expect(bills).toHaveLength(1);
    const calls = recorded.tree().filter(({ attributes }) => attributes['gen_ai.operation.name'] === 'chat');
    expect(calls.map(({ attributes }) => attributes['gen_ai.response.id'])).toEqual([
      bills[0]?.id,
      bills[0]?.id,
    ]);
    expect(addedUp()).toBe(Number(bills[0]?.usd));
    expect(recorded.users.users()).toMatchObject([{ id: 'u42', calls: 1, costExact: bills[0]?.usd }]);
    expect(recorded.users.unattributed()).toMatchObject({ calls: 0 });
  });
});

describe.each([
  ['inside a request span', true],
  ['without an outer span', false],
])('failed calls %s, with the OpenAI instrumentation enabled too', (_where, isInRequest) => {
  const failing = (): ChatOpenAI =>
    makeModel({
      maxRetries: 0,
      configuration: { baseURL: server.url, defaultHeaders: { 'x-scenario': 'fail 400' } },
    });
  const config = (): object => ({ callbacks: [new UserspanHandler()], metadata: { userId: 'u42' } });

  test.each<[string, () => Promise<unknown>, number]>([
    ['alone', () => failing().invoke('hi', config()), 1],
    ['followed by a fallback', () => failing().withFallbacks([makeModel()]).invoke('say hi', config()), 2],
    [
      'inside a chain, followed by fallbacks',
      () =>
        ChatPromptTemplate.fromTemplate('say {word}')
          .pipe(failing().withFallbacks([failing(), makeModel()]))
          .invoke({ word: 'hi' }, config()),
      3,
    ],
  ])('%s: count once each, for the user in the metadata', async (_name, call, calls) => {
    if (!isInRequest) await call().catch(() => undefined);
    else {
      await recorded.provider.getTracer('app').startActiveSpan('request', async (span) => {
        await call().catch(() => undefined);
        span.end();
      });
    }
    const errors = Math.max(1, calls - 1);
    expect(recorded.users.users()).toMatchObject([{ id: 'u42', calls, errors }]);
    expect(recorded.users.unattributed()).toMatchObject({ calls: 0 });
  });

  const scenario = (text: string, options: object = {}): ChatOpenAI =>
    makeModel({
      maxRetries: 0,
      configuration: { baseURL: server.url, defaultHeaders: { 'x-scenario': text } },
      ...options,
    });
  /** A model whose first request fails. The server receives each retry of LangChain as a separate request. */
  const firstFailing = (): ChatOpenAI => {
    let failures = 1;
    return makeModel({
      maxRetries: 1,
      configuration: {
        baseURL: server.url,
        fetch: (url: string, init: RequestInit) => {
          const headers = new Headers(init.headers);
          if (failures > 0) headers.set('x-scenario', 'fail 500');
          failures -= 1;
          return fetch(url, { ...init, headers });
        },
      },
    });
  };
  // Each attempt counts as a call, because it may be billed.
  test.each<[string, () => Promise<unknown>, { calls: number; errors: number; reasons: string[] }]>([
    [
      'a time-out of the client',
      () => scenario('hang', { timeout: 100 }).invoke('hi', config()),
      { calls: 1, errors: 1, reasons: ['APIConnectionTimeoutError'] },
    ],
    [
      'a time-out in the options of the call',
      () => scenario('hang').invoke('hi', { ...config(), timeout: 100 }),
      { calls: 1, errors: 1, reasons: ['APIUserAbortError'] },
    ],
    [
      'an aborted call',
      () => scenario('hang').invoke('hi', { ...config(), signal: AbortSignal.timeout(100) }),
      { calls: 1, errors: 1, reasons: ['APIUserAbortError'] },
    ],
    [
      'a retry that succeeds',
      () => firstFailing().invoke('hi', config()),
      { calls: 2, errors: 1, reasons: ['InternalServerError'] },
    ],
    [
      'a connection that breaks twice',
      () => scenario('reset', { maxRetries: 1 }).invoke('hi', config()),
      { calls: 2, errors: 2, reasons: ['APIConnectionError', 'APIConnectionError'] },
    ],
  ])('%s: each attempt has a span with the user and the error', async (_name, call, expected) => {
    const asUser = (): Promise<unknown> => identify('u42', call).catch(() => undefined);
    await (isInRequest
      ? recorded.provider.getTracer('app').startActiveSpan('request', async (span) => {
          await asUser();
          span.end();
        })
      : asUser());
    const { calls, errors, reasons } = expected;
    expect(recorded.users.users()).toMatchObject([{ id: 'u42', calls, errors }]);
    expect(recorded.users.unattributed()).toMatchObject({ calls: 0 });
    const attempts = recorded.spans().filter((span) => span.instrumentationScope.name === '@userspan/openai');
    expect(
      attempts.map(({ attributes }) => attributes['error.type']).filter((type) => type !== undefined),
    ).toEqual(reasons);
    expect(attempts.every(({ attributes }) => attributes['user.id'] === 'u42')).toBe(true);
  });
});
