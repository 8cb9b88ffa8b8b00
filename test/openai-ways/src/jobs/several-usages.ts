import { all, streamed } from '../way.ts';
import type { Fields, JobCase, RecordedJob } from './job-case.ts';

const HEAD = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini' };
const COUNTS = { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 };
const NONE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** Whether the caller asks for usage. If not, the instrumentation asks for it and hides it from the caller. */
const ASKED = { stream_options: { include_usage: true } } as const;

function chunk(usage: unknown, more: Fields = {}): Fields {
  return { ...HEAD, choices: [{ index: 0, delta: { content: 'a' } }], usage, ...more };
}

const EXACT = { input: 1000, output: 200, usd: 0.00027 };
const CONTRADICTED = { input: 1000, output: 200, unpriced: 'contradicted_tokens' };

/** The usages in the chunks of one stream, and the expected span. */
const STREAMS: readonly (readonly [
  name: string,
  chunks: readonly Fields[],
  span: Omit<RecordedJob, 'name'>,
])[] = [
  ['the last', [chunk(null), chunk(COUNTS)], EXACT],
  [
    'a total that grows',
    [chunk({ ...COUNTS, completion_tokens: 1, total_tokens: 1001 }), chunk(COUNTS)],
    EXACT,
  ],
  ['the same one twice', [chunk(COUNTS), chunk(COUNTS)], EXACT],
  ['one, and then none', [chunk(COUNTS), chunk(null)], EXACT],
  ['zeros, and then the total', [chunk(NONE), chunk(COUNTS)], EXACT],
  ['where Groq has it', [chunk(null), chunk(null, { x_groq: { usage: COUNTS } })], EXACT],
  ['the total, and then zeros', [chunk(COUNTS), chunk(NONE)], CONTRADICTED],
  ['the total, and then an empty one', [chunk(COUNTS), chunk({})], CONTRADICTED],
  [
    'of each chunk',
    [chunk(COUNTS), chunk({ prompt_tokens: 0, completion_tokens: 30, total_tokens: 30 })],
    CONTRADICTED,
  ],
  [
    'the input, and then the output',
    [chunk({ prompt_tokens: 1000 }), chunk({ completion_tokens: 200 })],
    CONTRADICTED,
  ],
  [
    'one with a unit that the last one has not',
    [chunk({ ...COUNTS, smell_tokens: 7 }), chunk(COUNTS)],
    CONTRADICTED,
  ],
  ['less, and then the total again', [chunk(COUNTS), chunk(NONE), chunk(COUNTS)], CONTRADICTED],
];

const PICTURE_USAGE = {
  input_tokens: 10,
  output_tokens: 100,
  total_tokens: 110,
  input_tokens_details: { text_tokens: 10, image_tokens: 0 },
};

/** Streams that report several usages. */
export const SEVERAL_USAGE_CASES: readonly JobCase[] = [
  ...STREAMS.map(([name, events, span]): JobCase => ({
    name: `a stream with usages: ${name}`,
    answers: [{ events }],
    run: async (client) => all(await client.chat.completions.create(streamed('x', ASKED))),
    spans: [{ name: 'chat gpt-4o-mini', id: 'c1', ...span }],
  })),
  {
    name: 'a stream of two pictures with a usage each',
    since: 5,
    answers: [
      {
        events: [1, 2].map(() => ({
          type: 'image_generation.completed',
          b64_json: 'QQ==',
          usage: PICTURE_USAGE,
        })),
      },
    ],
    run: async ({ images }) =>
      all(await images.generate({ model: 'gpt-image-1', prompt: 'Oslo', n: 2, stream: true })),
    spans: [
      { name: 'image_generation gpt-image-1', input: 10, output: 100, unpriced: 'contradicted_tokens' },
    ],
  },
];
