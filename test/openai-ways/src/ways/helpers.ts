import type { OpenAIClient } from '../majors.ts';
import type { Way } from '../way.ts';
import { all, chat, MODEL } from '../way.ts';

const SCHEMA = {
  type: 'json_schema',
  json_schema: { name: 'a', strict: true, schema: { type: 'object', properties: { a: { type: 'number' } } } },
};

type Chat = OpenAIClient['chat']['completions'];

/** In openai 4 the helpers are in `beta`. */
function helpersOf({ client, major }: { client: unknown; major: number }): Chat {
  const { beta, chat } = client as { beta: { chat: { completions: Chat } }; chat: { completions: Chat } };
  return major === 4 ? beta.chat.completions : chat.completions;
}

/** `chat`, as the helpers' types want it: they say `stream` is true or absent, and take what `create` takes. */
function helped(...stated: Parameters<typeof chat>): never {
  return chat(...stated) as never;
}

function runnerTools(note: (value: unknown) => void): unknown[] {
  return [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        parse: JSON.parse,
        parameters: { type: 'object', properties: { city: { type: 'string' } } },
        function: (input: unknown) => {
          note(input);
          return 'sunny';
        },
      },
    },
  ];
}

/** The helpers of the library on top of its requests. */
export const helperWays: readonly Way[] = [
  {
    name: 'parse',
    run: (ground) => helpersOf(ground).parse(chat('say {"a":1}', { response_format: SCHEMA })),
  },
  {
    name: 'parse, cut by length',
    run: (ground) => helpersOf(ground).parse(chat('finish length', { response_format: SCHEMA })),
  },
  {
    name: 'stream helper, events',
    run: async (ground) => {
      const seen: unknown[] = [];
      const stream = helpersOf(ground).stream(helped('words 5', { user: 'u7', userProps: { name: 'Eve' } }));
      stream.on('connect', () => seen.push('connect'));
      stream.on('content', (delta, snapshot) => seen.push([delta, snapshot]));
      stream.on('end', () => seen.push('end'));
      return [await stream.finalChatCompletion(), seen];
    },
    attributes: { 'user.id': 'u7', 'user.name': 'Eve' },
  },
  {
    name: 'stream helper, final content and usage',
    run: async (ground) => {
      const stream = helpersOf(ground).stream(helped('words 5'));
      return [await stream.finalContent(), await stream.finalMessage(), await stream.totalUsage()];
    },
  },
  {
    name: 'stream helper, iterated',
    run: async (ground) => all(helpersOf(ground).stream(helped('words 5'))),
  },
  {
    name: 'stream helper, aborted',
    run: async (ground) => {
      const stream = helpersOf(ground).stream(helped('words 300; slow 2ms'));
      stream.once('content', () => stream.abort());
      return stream.done().catch((error: unknown) => error);
    },
    isUsageUnknown: true,
  },
  {
    name: 'stream helper, refused with 400',
    run: (ground) => helpersOf(ground).stream(helped('fail 400')).finalChatCompletion(),
    errors: ['BadRequestError'],
  },
  {
    name: 'runTools',
    run: async (ground) => {
      const runner = helpersOf(ground).runTools(
        helped('call get_weather {"city":"Oslo"}', { tools: runnerTools(ground.note) }),
        { maxChatCompletions: 2 },
      );
      return [await runner.finalContent().catch((error: unknown) => error), runner.messages.length];
    },
    spans: 2,
  },
  {
    name: 'runTools, streamed',
    run: async (ground) => {
      const runner = helpersOf(ground).runTools(
        helped('call get_weather {"city":"Oslo"}', { stream: true, tools: runnerTools(ground.note) }),
        { maxChatCompletions: 2 },
      );
      return [await runner.finalContent().catch((error: unknown) => error), runner.messages.length];
    },
    spans: 2,
  },
  {
    name: 'responses.parse',
    run: ({ client }) =>
      client.responses.parse({
        model: MODEL,
        input: 'say {"a":1}',
        text: { format: { type: 'json_schema', name: 'a', schema: { type: 'object' } } },
      } as never),
  },
  {
    name: 'responses.stream',
    run: async ({ client }) => {
      const stream = client.responses.stream({ model: MODEL, input: 'words 5' } as never);
      const events = await all(stream);
      return [events, await stream.finalResponse()];
    },
  },
];
