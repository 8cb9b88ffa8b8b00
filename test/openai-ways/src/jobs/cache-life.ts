import type { OpenAIClient } from '../majors.ts';
import { all } from '../way.ts';
import type { Fields, JobCase, RecordedJob } from './job-case.ts';
import { body } from './job-case.ts';

const LONG = { ttl: '12h' };
const model = 'gpt-4o-mini';
const PRICED: RecordedJob = { name: `chat ${model}`, id: 'a_1', input: 1000, output: 200, usd: 0.00027 };
const { usd: _, ...UNPRICED } = PRICED;
const MISSING: RecordedJob = { ...UNPRICED, unpriced: '12-hour cache writes, whose count is absent' };

const chatUsage = { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 };
const usage = { input_tokens: 1000, output_tokens: 200, total_tokens: 1200 };

type Path = '/chat/completions' | '/responses' | '/decisions';

function answerAt(path: Path, writes: Fields | undefined): Fields {
  const head = { id: 'a_1', model };
  if (path === '/chat/completions') {
    return { ...head, choices: [], usage: { ...chatUsage, prompt_tokens_details: writes } };
  }
  const details = { ...usage, input_tokens_details: writes };
  return path === '/responses'
    ? { ...head, object: 'response', status: 'completed', output: [], usage: details }
    : { ...head, answers: [], usage: details };
}

const breakpointIn = (at: string): Fields => ({
  role: 'user',
  content: [{ type: at, text: 'Hello', prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } }],
});

const REQUESTS: readonly [name: string, path: Path, request: Fields][] = [
  ['chat', '/chat/completions', { messages: [], prompt_cache_options: LONG }],
  ['chat, by a breakpoint', '/chat/completions', { messages: [breakpointIn('text')] }],
  ['responses', '/responses', { input: 'Hello', prompt_cache_options: LONG }],
  ['responses, by a breakpoint', '/responses', { input: ['Hello', breakpointIn('input_text')] }],
  ['decisions', '/decisions', { input: 'Hello', prompt_cache_options: LONG }],
];

const WRITES: readonly [name: string, writes: Fields | undefined, span: RecordedJob][] = [
  ['no count of writes', undefined, MISSING],
  ['a count of all writes', { cache_write_tokens: 100 }, MISSING],
  ['nothing written', { cache_write_tokens: 0 }, PRICED],
  [
    'none written for 12 hours',
    { cache_write_tokens: 100, cache_write_tokens_details: { ttl_30m_tokens: 100, ttl_12h_tokens: 0 } },
    PRICED,
  ],
];

const post = (client: OpenAIClient, path: Path, request: Fields): Promise<unknown> =>
  client.post(path, { body: { model, ...request } });

/** Requests whose prompt is cached for 12 hours, which has a higher price. */
export const CACHE_CASES: readonly JobCase[] = [
  ...REQUESTS.flatMap(([request, path, fields]) =>
    WRITES.map(([writes, details, span]): JobCase => ({
      name: `a prompt kept for 12 hours: ${request}, ${writes}`,
      since: path === '/decisions' ? 7 : 4,
      answers: [body(answerAt(path, details))],
      run: (client) => post(client, path, fields),
      spans: [span],
    })),
  ),
  {
    name: 'a prompt kept for 12 hours: a stream of chunks',
    answers: [
      {
        events: [{ id: 'a_1', model, object: 'chat.completion.chunk', choices: [], usage: chatUsage }],
      },
    ],
    run: async (client) =>
      all(
        (await client.post('/chat/completions', {
          body: {
            model,
            messages: [],
            stream: true,
            stream_options: { include_usage: true },
            prompt_cache_options: LONG,
          },
          stream: true,
        })) as AsyncIterable<unknown>,
      ),
    spans: [MISSING],
  },
  {
    name: 'a prompt kept for 30 minutes',
    answers: [body(answerAt('/responses', { cache_write_tokens: 100 }))],
    run: (client) => post(client, '/responses', { input: 'Hello', prompt_cache_options: { ttl: '30m' } }),
    spans: [PRICED],
  },
];
