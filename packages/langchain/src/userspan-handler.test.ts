import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { BaseRetriever } from '@langchain/core/retrievers';
import { RunnableLambda } from '@langchain/core/runnables';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { startOpenAIServer } from '@userspan-test/openai-server';
import type { OpenAIServer } from '@userspan-test/openai-server';
import { identify } from '@userspan/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';

import { record } from '../testing/recorded.ts';
import type { Recorded } from '../testing/recorded.ts';
import packageJson from '../package.json' with { type: 'json' };
import { UserspanHandler } from './userspan-handler.ts';
import { VERSION } from './version.ts';

let server: OpenAIServer;
let recorded: Recorded;
beforeAll(async () => {
  server = await startOpenAIServer();
});
afterAll(() => server.close());
beforeEach(() => {
  recorded = record();
});
afterEach(() => recorded.stop());

const model = (options: object = {}): ChatOpenAI =>
  new ChatOpenAI({
    model: 'gpt-4o-mini',
    apiKey: 'sk-test',
    maxRetries: 0,
    configuration: { baseURL: server.url },
    ...options,
  });
const handler = (): { callbacks: UserspanHandler[] } => ({ callbacks: [new UserspanHandler()] });

describe('chains', () => {
  const chain = () =>
    ChatPromptTemplate.fromTemplate('say {word}').pipe(model()).pipe(new StringOutputParser()).withConfig({
      runName: 'echo',
    });

  test('are recorded as runs, with their steps as children', async () => {
    expect(
      await chain().invoke({ word: 'hey' }, { ...handler(), metadata: { userId: 'u1' }, tags: ['a'] }),
    ).toBe('hey');
    expect(
      recorded
        .tree()
        .map(({ name, parent, attributes }) => [
          name,
          parent,
          attributes['user.id'],
          attributes['userspan.tags'],
        ]),
    ).toEqual([
      ['chat gpt-4o-mini', 'invoke_workflow echo', 'u1', ['a']],
      ['invoke_workflow echo', undefined, 'u1', ['a']],
    ]);
  });

  test('belong to the current user, below the current span, without metadata', async () => {
    await recorded.provider.getTracer('app').startActiveSpan('request', async (span) => {
      await identify('u7', { plan: 'free' }, () => chain().invoke({ word: 'hey' }, handler()));
      span.end();
    });
    expect(
      recorded.tree().map(({ name, parent, attributes }) => [name, parent, attributes['user.id']]),
    ).toEqual([
      ['chat gpt-4o-mini', 'invoke_workflow echo', 'u7'],
      ['invoke_workflow echo', 'request', 'u7'],
      ['request', undefined, undefined],
    ]);
  });

  test('have no user if neither metadata nor context names one', async () => {
    await chain().invoke({ word: 'hey' }, handler());
    expect(recorded.users.users()).toEqual([]);
    expect(recorded.users.unattributed()).toMatchObject({ calls: 1 });
  });

  test('keep their own users if they run concurrently with one handler', async () => {
    const { callbacks } = handler();
    const names = Array.from({ length: 50 }, (_, i) => `u${i}`);
    await Promise.all(
      names.map((userId) => chain().invoke({ word: userId }, { callbacks, metadata: { userId } })),
    );
    expect(recorded.users.users().map(({ id, calls }) => [id, calls])).toEqual(
      names.toSorted().map((id) => [id, 1]),
    );
  });

  test('record the error if they throw', async () => {
    const broken = RunnableLambda.from((): string => {
      throw new RangeError('too far');
    }).withConfig({ runName: 'broken' });
    await expect(broken.invoke('x', handler())).rejects.toThrow('too far');
    expect(recorded.spans()[0]).toMatchObject({
      status: { code: 2 },
      attributes: { 'error.type': 'RangeError' },
    });
  });

  test('are recorded when they are streamed', async () => {
    let text = '';
    for await (const piece of await chain().stream(
      { word: 'one two' },
      { ...handler(), metadata: { userId: 'u1' } },
    ))
      text += piece;
    expect(text).toBe('one two');
    expect(recorded.tree().map(({ name, parent }) => [name, parent])).toEqual([
      ['chat gpt-4o-mini', 'invoke_workflow echo'],
      ['invoke_workflow echo', undefined],
    ]);
    expect(recorded.users.users()).toMatchObject([{ id: 'u1', calls: 1 }]);
  });

  test('are recorded once per input of a batch', async () => {
    await chain().batch([{ word: 'a' }, { word: 'b' }], { ...handler(), metadata: { userId: 'u1' } });
    expect(recorded.users.users()).toMatchObject([{ id: 'u1', calls: 2 }]);
  });
});

describe('tools and retrievers', () => {
  test('are recorded as runs', async () => {
    const add = tool(({ a, b }) => String(a + b), {
      name: 'add',
      description: 'adds',
      schema: z.object({ a: z.number(), b: z.number() }),
    });
    class Library extends BaseRetriever {
      lc_namespace = ['test'];
      override async _getRelevantDocuments() {
        return [{ pageContent: 'secret', metadata: {} }];
      }
    }
    const callbacks = [new UserspanHandler({ captureContent: true })];
    await add.invoke({ a: 1, b: 2 }, { callbacks, metadata: { userId: 'u1' } });
    await new Library().invoke('where?', { callbacks });
    expect(recorded.tree()).toEqual([
      {
        name: 'execute_tool add',
        parent: undefined,
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': 'add',
          'gen_ai.tool.type': 'function',
          'gen_ai.tool.call.arguments': '{"a":1,"b":2}',
          'gen_ai.tool.call.result': '3',
          'user.id': 'u1',
        },
      },
      {
        name: 'retrieval Library',
        parent: undefined,
        attributes: {
          'gen_ai.operation.name': 'retrieval',
          'gen_ai.data_source.id': 'Library',
          'gen_ai.retrieval.query.text': 'where?',
        },
      },
    ]);
  });
});

describe('bad input', () => {
  test.each([
    ['an id that is not a string', { userId: {} }],
    ['a lone surrogate', { userId: '\uD800' }],
    [
      'props that throw',
      {
        userId: 'u1',
        userProps: new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error('no');
            },
          },
        ),
      },
    ],
    ['a thread of 10 kB', { userId: 'u1', threadId: 'x'.repeat(10_000) }],
  ])('%s: the run continues', async (_, metadata) => {
    expect((await model().invoke('say hi', { ...handler(), metadata })).text).toBe('hi');
    expect(recorded.spans()).toHaveLength(1);
  });

  test('records a call once if one handler is passed twice', async () => {
    const { callbacks } = handler();
    await model({ callbacks }).invoke('say hi', { callbacks, metadata: { userId: 'u1' } });
    expect(recorded.spans()).toHaveLength(1);
    expect(recorded.users.users()).toMatchObject([{ id: 'u1', calls: 1 }]);
  });

  test('ends the runs of an abandoned stream when another run starts half an hour later', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const { callbacks } = handler();
      for await (const chunk of await model().stream('words 50', { callbacks, metadata: { userId: 'u1' } })) {
        if (chunk.text !== '') break;
      }
      const leftAt = Date.now();
      expect(recorded.spans()).toEqual([]);
      vi.setSystemTime(leftAt + 31 * 60_000);
      await model().invoke('say hi', { callbacks });
      const [left] = recorded.spans();
      expect(left?.attributes['userspan.cost.unpriced']).toBe('the answer was not read to its end');
      expect((left?.endTime[0] ?? 0) * 1000).toBeLessThanOrEqual(leftAt);
      expect(recorded.users.users()).toMatchObject([{ id: 'u1', calls: 1, unpricedCalls: 1, cost: null }]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('ignores events that come out of order or without a start', () => {
    const handler = new UserspanHandler();
    handler.handleChainEnd({}, 'unknown');
    handler.handleLLMEnd({}, 'unknown');
    handler.handleLLMNewToken('x', {}, 'unknown');
    handler.handleToolError(new Error('x'), 'unknown');
    handler.handleChatModelStart(undefined as never, undefined as never, 'r1');
    handler.handleLLMEnd(null as never, 'r1');
    handler.handleChainStart({}, {}, 'root');
    handler.handleToolStart({}, 'x', 'left-open', 'root');
    handler.handleChainEnd({}, 'root');
    handler.handleToolEnd('late', 'left-open');
    expect(recorded.tree().map(({ name }) => name)).toEqual(['execute_tool tool', 'invoke_workflow chain']);
  });
});

test('exports the version of the package', () => {
  expect(VERSION).toBe(packageJson.version);
});
