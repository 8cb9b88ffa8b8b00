import type { OpenAI } from 'openai7';

import type { Ground, Way } from '../way.ts';
import { all, MODEL } from '../way.ts';

type Params = OpenAI.Responses.ResponseCreateParamsNonStreaming;
type StreamParams = OpenAI.Responses.ResponseCreateParamsStreaming;

function ask(input: unknown, more: Record<string, unknown> = {}): Params {
  return { model: MODEL, input, ...more } as Params;
}

function streamed(input: unknown, more: Record<string, unknown> = {}): StreamParams {
  return { ...ask(input, more), stream: true };
}

async function polled(ground: Ground, body: Params): Promise<unknown> {
  const { client } = ground;
  const seen = [await client.responses.create(body)] as { id: string; status?: string }[];
  for (;;) {
    const last = seen.at(-1);
    if (last === undefined || (last.status !== 'queued' && last.status !== 'in_progress')) return seen;
    seen.push(await client.responses.retrieve(last.id));
  }
}

/** The Responses API. */
export const responseWays: readonly Way[] = [
  {
    name: 'response',
    run: ({ client }) => client.responses.create(ask('Hello there', { user: 'u9' })),
    attributes: {
      'user.id': 'u9',
      'openai.api.type': 'responses',
      'gen_ai.response.finish_reasons': ['stop'],
    },
  },
  {
    name: 'response with instructions and items',
    run: ({ client }) =>
      client.responses.create(
        ask([{ role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }], {
          instructions: 'Be brief.',
          max_output_tokens: 50,
          temperature: 0.1,
        }),
      ),
    attributes: { 'gen_ai.request.max_tokens': 50 },
  },
  {
    name: 'response with a function',
    run: ({ client }) =>
      client.responses.create(
        ask('call get_weather {"city":"Oslo"}', {
          tools: [{ type: 'function', name: 'get_weather', parameters: {}, strict: false }],
        }),
      ),
    attributes: { 'gen_ai.response.finish_reasons': ['tool_call'] },
  },
  {
    name: 'response that searches the web',
    run: ({ client }) => client.responses.create(ask('web search 2', { tools: [{ type: 'web_search' }] })),
  },
  {
    name: 'response that searches files',
    run: ({ client }) =>
      client.responses.create(
        ask('file search 3', { tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }] }),
      ),
  },
  {
    name: 'response that reasons, cached',
    run: ({ client }) =>
      client.responses.create(ask('input 4000; cached 3072; reasoning 128; output 200', { model: 'gpt-5' })),
    attributes: {
      'gen_ai.usage.cache_read.input_tokens': 3072,
      'gen_ai.usage.reasoning.output_tokens': 128,
    },
  },
  {
    name: 'response, tier',
    run: ({ client }) => client.responses.create(ask('Hello', { model: 'gpt-5', service_tier: 'priority' })),
  },
  {
    name: 'response, incomplete',
    run: ({ client }) => client.responses.create(ask('incomplete')),
    attributes: { 'gen_ai.response.finish_reasons': ['length'] },
  },
  {
    name: 'response, failed',
    run: ({ client }) => client.responses.create(ask('failed')),
    errors: ['server_error'],
    isUsageUnknown: true,
  },
  {
    name: 'response in the background, polled',
    run: (ground) => polled(ground, ask('Hello', { background: true })),
  },
  {
    name: 'response in the background, read again after its end',
    run: async (ground) => {
      const seen = (await polled(ground, ask('Hello', { background: true }))) as { id: string }[];
      const again = await ground.client.responses.retrieve(seen[0]?.id ?? '');
      return [seen, again];
    },
  },
  {
    name: 'response in the background, cancelled',
    run: async ({ client }) => {
      const { id } = await client.responses.create(ask('Hello', { background: true }));
      // openai 4 has no such method.
      return client.post(`/responses/${id}/cancel`);
    },
    isUsageUnknown: true,
    attributes: { 'gen_ai.response.finish_reasons': ['cancelled'] },
  },
  {
    name: 'response in the background, streamed, left and taken up again',
    since: 5,
    run: async ({ client }) => {
      const stream = await client.responses.create(streamed('words 30; slow 1ms', { background: true }));
      let id = '';
      let last = 0;
      for await (const event of stream) {
        if ('response' in event) id = event.response.id;
        last = event.sequence_number;
        if (last >= 4) break;
      }
      const rest = await client.responses.retrieve(id, { stream: true, starting_after: last });
      return all(rest);
    },
  },
  {
    name: 'response after another',
    run: async ({ client }) => {
      const first = await client.responses.create(ask('Hello'));
      return client.responses.create(ask('And?', { previous_response_id: first.id }));
    },
    spans: 2,
  },
  {
    name: 'response, streamed',
    run: async ({ client }) => all(await client.responses.create(streamed('words 6'))),
  },
  {
    name: 'response, streamed, break',
    run: async ({ client }) => {
      const seen: unknown[] = [];
      const stream = await client.responses.create(streamed('words 200; slow 2ms'));
      for await (const event of stream) {
        seen.push(event);
        if (seen.length === 5) break;
      }
      return seen;
    },
    isUsageUnknown: true,
  },
  {
    name: 'response, streamed, incomplete',
    run: async ({ client }) => all(await client.responses.create(streamed('incomplete'))),
    attributes: { 'gen_ai.response.finish_reasons': ['length'] },
  },
  {
    name: 'response, streamed, failed',
    run: async ({ client }) => all(await client.responses.create(streamed('failed'))),
    errors: ['server_error'],
    isUsageUnknown: true,
  },
  {
    name: 'response, streamed, an error event',
    run: async ({ client }) => all(await client.responses.create(streamed('words 9; error after 3'))),
    errors: ['any'],
    isUsageUnknown: true,
  },
  {
    name: 'response, streamed, withResponse',
    run: async ({ client }) => {
      const { data, response } = await client.responses.create(streamed('words 3')).withResponse();
      return [response, await all(data)];
    },
  },
  {
    name: 'response, streamed, asResponse',
    run: async ({ client }) => (await client.responses.create(streamed('words 3')).asResponse()).text(),
  },
  {
    name: 'response, asResponse',
    run: async ({ client }) => (await client.responses.create(ask('Hello')).asResponse()).json(),
  },
];
