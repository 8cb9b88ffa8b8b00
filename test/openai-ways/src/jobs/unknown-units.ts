import type { Fields, JobCase } from './job-case.ts';
import { body } from './job-case.ts';

const model = 'gpt-4o-mini';
const tokens = { input_tokens: 1000, output_tokens: 200, total_tokens: 1200 };
const counted = { input: 1000, output: 200 };
const UNIT = { smell_tokens: 7 };

/** A path, a request, its answer, and the expected span without a cost. */
const SURFACES: readonly [
  path: `/${string}`,
  request: Fields,
  answer: Fields,
  span: Omit<JobCase['spans'][number], 'unpriced'>,
][] = [
  [
    '/chat/completions',
    { model, messages: [] },
    { model, choices: [], usage: { prompt_tokens: 1000, completion_tokens: 200, ...UNIT } },
    { name: `chat ${model}`, ...counted },
  ],
  [
    '/responses',
    { model, input: 'Hello' },
    { model, status: 'completed', output: [], usage: { ...tokens, ...UNIT } },
    { name: `chat ${model}`, ...counted },
  ],
  [
    '/embeddings',
    { model: 'text-embedding-3-small', input: 'Hello' },
    { data: [], usage: { prompt_tokens: 1000, total_tokens: 1000, ...UNIT } },
    { name: 'embeddings text-embedding-3-small', input: 1000 },
  ],
  [
    '/images/generations',
    { model: 'gpt-image-1', prompt: 'Oslo' },
    { data: [], usage: { ...tokens, ...UNIT } },
    { name: 'image_generation gpt-image-1', ...counted },
  ],
  [
    '/audio/transcriptions',
    { model: 'whisper-1' },
    { text: 'Hello', usage: { type: 'duration', seconds: 60, ...UNIT } },
    { name: 'transcription whisper-1' },
  ],
  [
    '/videos',
    { model: 'sora-2', prompt: 'Oslo' },
    { model: 'sora-2', status: 'completed', seconds: '8', size: '720x1280', usage: UNIT },
    { name: 'video_generation sora-2', seconds: 8 },
  ],
  [
    '/decisions',
    { model, input: 'Hello' },
    { model, answers: [], usage: { ...tokens, input_tokens_details: UNIT } },
    { name: `chat ${model}`, ...counted },
  ],
  [
    '/threads/thread_1/runs',
    { assistant_id: 'asst_1' },
    { model, status: 'completed', usage: { prompt_tokens: 1000, completion_tokens: 200, more: [UNIT] } },
    { name: 'chat', ...counted },
  ],
  [
    '/moderations',
    { model: 'omni-moderation-latest', input: 'Hello' },
    { model: 'omni-moderation-latest', results: [], usage: UNIT },
    { name: 'moderation omni-moderation-latest' },
  ],
];

const ANSWER = { id: 'resp_tools', model, status: 'completed', output: [] as Fields[], usage: tokens };

/** Answers of the Responses API with tools that are not known, and the missing units. */
const TOOLS: readonly [name: string, answer: Fields, missing: string | undefined][] = [
  ['a call', { ...ANSWER, output: [{ type: 'fly_call' }] }, 'tool_calls.fly_call'],
  ['a count of any name', { ...ANSWER, tool_usage: { fly: { miles: 3 } } }, 'tool_usage.fly.miles'],
  ['a count in the usage', { ...ANSWER, usage: { ...tokens, num_journeys: 3 } }, 'num_journeys'],
  ['only functions', { ...ANSWER, output: [{ type: 'function_call' }] }, undefined],
];

const TOOL_CASES: readonly JobCase[] = TOOLS.map(([name, answer, missing], index) => ({
  name: `tools of a response: ${name}`,
  answers: [body({ ...answer, id: `resp_tools_${String(index)}` })],
  run: (client) => client.post('/responses', { body: { model, input: 'Hello' } }),
  spans: [
    {
      name: `chat ${model}`,
      id: `resp_tools_${String(index)}`,
      ...counted,
      ...(missing === undefined ? { usd: 0.00027 } : { unpriced: missing }),
    },
  ],
}));

/** Answers with an unknown unit, which are not priced by their other units alone. */
export const UNKNOWN_UNIT_CASES: readonly JobCase[] = [
  ...TOOL_CASES,
  ...SURFACES.map(([path, request, answer, span]): JobCase => ({
    name: `a unit that is not known: ${path}`,
    answers: [body(answer)],
    run: (client) => client.post(path, { body: request }),
    spans: [{ ...span, unpriced: 'smell_tokens' }],
  })),
];
