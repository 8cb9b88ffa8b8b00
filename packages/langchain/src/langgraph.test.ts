import { tool } from '@langchain/core/tools';
import { MemorySaver, MessagesAnnotation, START, StateGraph, interrupt } from '@langchain/langgraph';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI } from '@langchain/openai';
import { startOpenAIServer } from '@userspan-test/openai-server';
import type { OpenAIServer } from '@userspan-test/openai-server';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';

import { record } from '../testing/recorded.ts';
import type { Recorded } from '../testing/recorded.ts';
import { UserspanHandler } from './userspan-handler.ts';

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

const getWeather = tool(({ city }) => `sunny in ${city}`, {
  name: 'get_weather',
  description: 'Tells the weather',
  schema: z.object({ city: z.string() }),
});
const makeAgent = () =>
  createReactAgent({
    llm: new ChatOpenAI({ model: 'gpt-4o-mini', apiKey: 'sk-test', configuration: { baseURL: server.url } }),
    tools: [getWeather],
    name: 'weatherman',
  });
const config = () => ({
  callbacks: [new UserspanHandler()],
  metadata: { userId: 'u42' },
  configurable: { thread_id: 'th1' },
});
const question = { messages: [{ role: 'user', content: 'Weather in Oslo?' }] };

const AGENT_TREE = [
  ['invoke_workflow prompt', 'invoke_workflow agent'],
  ['chat gpt-4o-mini', 'invoke_workflow agent'],
  ['invoke_workflow agent', 'invoke_agent weatherman'],
  ['execute_tool get_weather', 'invoke_workflow tools'],
  ['invoke_workflow tools', 'invoke_agent weatherman'],
  ['invoke_workflow prompt', 'invoke_workflow agent'],
  ['chat gpt-4o-mini', 'invoke_workflow agent'],
  ['invoke_workflow agent', 'invoke_agent weatherman'],
  ['invoke_agent weatherman', undefined],
];

test.each([
  ['invoked', async () => void (await makeAgent().invoke(question, config()))],
  [
    'streamed by steps',
    async () => {
      for await (const _ of await makeAgent().stream(question, { ...config(), streamMode: 'updates' }));
    },
  ],
  [
    'streamed by messages',
    async () => {
      for await (const _ of await makeAgent().stream(question, { ...config(), streamMode: 'messages' }));
    },
  ],
])(
  'an agent %s: spans of its steps, tools and calls are below its span and have its user',
  async (_, run) => {
    const before = server.bills.length;
    await run();
    const tree = recorded.tree();
    expect(tree.map(({ name, parent }) => [name, parent])).toEqual(AGENT_TREE);
    expect(new Set(tree.map(({ attributes }) => attributes['user.id']))).toEqual(new Set(['u42']));
    expect(new Set(tree.map(({ attributes }) => attributes['session.id']))).toEqual(new Set(['th1']));
    expect(
      tree.find(({ name }) => name.startsWith('execute_tool'))?.attributes['gen_ai.tool.call.id'],
    ).toMatch(/^call_/);
    const bills = server.bills.slice(before);
    expect(recorded.users.users()).toMatchObject([{ id: 'u42', calls: bills.length }]);
  },
);

test('does not record a graph as failed if it is interrupted to ask the user', async () => {
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('ask', () => {
      interrupt('sure?');
      return {};
    })
    .addEdge(START, 'ask')
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke(question, config());
  expect(recorded.spans().map(({ status }) => status.code)).toEqual(recorded.spans().map(() => 0));
});
