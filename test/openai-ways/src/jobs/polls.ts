import type { OpenAIClient } from '../majors.ts';
import { all } from '../way.ts';
import type { Fields, JobCase, RecordedJob } from './job-case.ts';
import { body } from './job-case.ts';

const tokens = { input_tokens: 1000, output_tokens: 200, total_tokens: 1200 };

/** Response ids are remembered by the process, so each case has its own. */
function response(id: string, status: string): Fields {
  const usage = status === 'completed' ? tokens : null;
  return { id, object: 'response', model: 'gpt-4o-mini', background: true, status, output: [], usage };
}

const SPAN: RecordedJob = { name: 'chat gpt-4o-mini', input: 1000, output: 200, usd: 0.00027 };

/** A way in which an app polls a response, and whether the API answers with events. */
const POLLS: readonly (readonly [
  name: string,
  poll: (client: OpenAIClient, id: string) => Promise<unknown>,
  isStream?: boolean,
])[] = [
  ['the parsed answer', (client, id) => client.responses.retrieve(id)],
  [
    'the JSON of `asResponse()`',
    async (client, id) => (await client.responses.retrieve(id).asResponse()).json(),
  ],
  [
    'the text of `asResponse()`',
    async (client, id) => (await client.responses.retrieve(id).asResponse()).text(),
  ],
  [
    'the bytes of `asResponse()`',
    async (client, id) => (await client.responses.retrieve(id).asResponse()).arrayBuffer(),
  ],
  [
    'the data of `withResponse()`',
    async (client, id) => (await client.responses.retrieve(id).withResponse()).data,
  ],
  ['a stream', async (client, id) => all(await client.responses.retrieve(id, { stream: true })), true],
  [
    'the text of a stream',
    async (client, id) => (await client.responses.retrieve(id, { stream: true }).asResponse()).text(),
    true,
  ],
  ['a path without a slash', (client, id) => client.get(`responses/${id}`)],
  ['a path with two slashes', (client, id) => client.get(`//responses/${id}`)],
  ['a path with a slash at the end', (client, id) => client.get(`/responses/${id}/`)],
  ['a path with a query', (client, id) => client.get(`/responses/${id}?include[]=x`)],
  ['a whole URL', (client, id) => client.get(`${client.baseURL}/responses/${id}`)],
  ['a whole URL with a query', (client, id) => client.get(`${client.baseURL}/responses/${id}?x=1#y`)],
  ['a cancellation by a path', (client, id) => client.post(`responses/${id}/cancel`)],
];

/** Polls of a background response: two before its end, one after it. */
const RESPONSE_POLLS: readonly JobCase[] = POLLS.map(([name, poll, isStream], index) => {
  const id = `resp_poll_${String(index)}`;
  const answer = (status: string): JobCase['answers'][number] =>
    isStream === true
      ? { events: [{ type: `response.${status}`, response: response(id, status) }] }
      : body(response(id, status));
  return {
    name: `background response, polled by ${name}`,
    since: 5,
    answers: [body(response(id, 'queued')), ...['in_progress', 'completed', 'completed'].map(answer)],
    async run(client) {
      const seen: unknown[] = [
        await client.responses.create({ model: 'gpt-4o-mini', input: 'Hello', background: true }),
      ];
      for (let polls = 0; polls < 3; polls += 1) seen.push(await poll(client, id));
      return seen;
    },
    spans: [{ ...SPAN, id }],
  };
});

const run = { eval_id: 'eval_1', per_model_usage: [{ model_name: 'gpt-4o-mini', ...tokens }] };

/** Jobs with a status that is not known, or that is polled as it is listed. */
export const POLL_CASES: readonly JobCase[] = [
  ...RESPONSE_POLLS,
  {
    name: 'background response with a status that is not known',
    since: 5,
    answers: ['queued', 'thinking', 'completed'].map((status) => body(response('resp_poll_odd', status))),
    run: async ({ responses }) => [
      await responses.create({ model: 'gpt-4o-mini', input: 'Hello', background: true }),
      await responses.retrieve('resp_poll_odd'),
      await responses.retrieve('resp_poll_odd'),
    ],
    spans: [{ ...SPAN, id: 'resp_poll_odd' }],
  },
  {
    name: 'run of an evaluation with a status that is not known, which counts what was used until then',
    since: 5,
    answers: ['queued', 'pausing', 'completed'].map((status) => body({ id: 'evalrun_odd', ...run, status })),
    run: async (client) => [
      await client.post('/evals/eval_1/runs', { body: {} }),
      await client.get('/evals/eval_1/runs/evalrun_odd'),
      await client.get('evals/eval_1/runs/evalrun_odd'),
    ],
    spans: [
      { ...SPAN, isBelow: true },
      { name: 'invoke_workflow', id: 'evalrun_odd' },
    ],
  },
  {
    name: 'video with a status that is not known',
    answers: ['queued', 'rendering', 'completed'].map((status) =>
      body({ id: 'video_odd', model: 'sora-2', status, seconds: '8', size: '720x1280' }),
    ),
    run: async (client) => [
      await client.post('/videos', { body: { prompt: 'A cat' } }),
      await client.get('/videos/video_odd'),
      await client.get('v1/videos/video_odd').catch(() => client.get('/videos/video_odd')),
    ],
    spans: [{ name: 'video_generation', id: 'video_odd', seconds: 8, usd: 0.8 }],
  },
  {
    name: 'jobs that are listed at a path as apps write it',
    answers: [
      body({ id: 'ftjob_path', model: 'gpt-4o-mini', status: 'queued' }),
      body({ data: [{ id: 'ftjob_path', model: 'gpt-4o-mini', status: 'succeeded', trained_tokens: 5 }] }),
    ],
    run: async (client) => [
      await client.post('fine_tuning/jobs', { body: { model: 'gpt-4o-mini' } }),
      await client.get('fine_tuning/jobs/?limit=5'),
    ],
    spans: [{ name: 'fine_tuning gpt-4o-mini', id: 'ftjob_path', unpriced: 'trained_tokens' }],
  },
];
