import type { OpenAIClient } from '../majors.ts';
import { all } from '../way.ts';
import type { Fields, JobCase, RecordedJob } from './job-case.ts';
import { body, MADE_AT } from './job-case.ts';

const POLLING = { pollIntervalMs: 1 };

const USED = {
  prompt_tokens: 1000,
  completion_tokens: 200,
  total_tokens: 1200,
};
const RUN_SPAN: RecordedJob = {
  name: 'chat',
  id: 'run_1',
  input: 1000,
  output: 200,
  // 1,000 input × $0.15 / 1M + 200 output × $0.60 / 1M
  usd: 0.00027,
};

function run(status: string, more: Fields = {}): Fields {
  return {
    id: 'run_1',
    object: 'thread.run',
    created_at: MADE_AT,
    thread_id: 'thread_1',
    assistant_id: 'asst_1',
    status,
    model: 'gpt-4o-mini',
    tools: [],
    usage: null,
    last_error: null,
    ...more,
  };
}

/** openai 4 takes the ids as arguments in the order of the path. */
interface RunsOf4 {
  retrieve(thread: string, run: string): Promise<unknown>;
  submitToolOutputsAndPoll(thread: string, run: string, body: object, options: object): Promise<unknown>;
}

async function retrieveRun(runs: OpenAIClient['beta']['threads']['runs'], major: number): Promise<unknown> {
  return major === 4
    ? (runs as unknown as RunsOf4).retrieve('thread_1', 'run_1')
    : runs.retrieve('run_1', { thread_id: 'thread_1' });
}

const DONE = run('completed', { usage: USED });
const CALLED = run('requires_action', {
  required_action: {
    type: 'submit_tool_outputs',
    submit_tool_outputs: {
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
    },
  },
});
const OUTPUTS = { tool_outputs: [{ tool_call_id: 'call_1', output: 'ok' }] };
const ASSISTANT = { assistant_id: 'asst_1' };
const named = (event: string, data: unknown): Fields => ({ event, data });
const RUN_EVENTS: readonly Fields[] = [
  named('thread.run.created', run('queued')),
  named('thread.run.in_progress', run('in_progress')),
  named('thread.message.created', {
    id: 'msg_1',
    object: 'thread.message',
    thread_id: 'thread_1',
    run_id: 'run_1',
    status: 'in_progress',
    role: 'assistant',
    content: [],
  }),
  named('thread.message.delta', {
    id: 'msg_1',
    object: 'thread.message.delta',
    delta: { content: [{ index: 0, type: 'text', text: { value: 'Oslo' } }] },
  }),
  named('thread.run.completed', DONE),
];

/** Runs of assistants. */
export const ASSISTANT_CASES: readonly JobCase[] = [
  {
    name: 'run of an assistant, polled by hand',
    answers: [body(run('queued')), body(run('in_progress')), body(DONE)],
    async run({ beta: { threads } }, major) {
      const made = await threads.runs.create('thread_1', ASSISTANT);
      return [made, await retrieveRun(threads.runs, major), await retrieveRun(threads.runs, major)];
    },
    spans: [RUN_SPAN],
  },
  {
    name: 'run that read from the cache',
    answers: [
      body(run('queued')),
      body(run('completed', { usage: { ...USED, prompt_token_details: { cached_tokens: 400 } } })),
    ],
    run: ({ beta: { threads } }) => threads.runs.createAndPoll('thread_1', ASSISTANT, POLLING),
    // 600 input × $0.15 / 1M + 400 cached × $0.075 / 1M + 200 output × $0.60 / 1M
    spans: [{ ...RUN_SPAN, cached: 400, usd: 0.00024 }],
  },
  {
    name: 'run of an assistant, createAndPoll',
    answers: [body(run('queued')), body(run('in_progress')), body(DONE)],
    run: ({ beta: { threads } }) => threads.runs.createAndPoll('thread_1', ASSISTANT, POLLING),
    spans: [RUN_SPAN],
  },
  {
    name: 'thread and run at once, polled',
    answers: [body(run('queued')), body(DONE)],
    run: ({ beta: { threads } }) => threads.createAndRunPoll(ASSISTANT, POLLING),
    spans: [RUN_SPAN],
  },
  {
    name: 'run of an assistant, streamed',
    answers: [{ events: RUN_EVENTS }],
    run: async ({ beta: { threads } }) =>
      all(await threads.runs.create('thread_1', { ...ASSISTANT, stream: true })),
    spans: [RUN_SPAN],
  },
  {
    name: 'run of an assistant, stream helper',
    answers: [{ events: RUN_EVENTS }],
    run: ({ beta: { threads } }) => threads.runs.stream('thread_1', ASSISTANT).finalRun(),
    spans: [RUN_SPAN],
  },
  {
    name: 'run whose stream breaks off, and that goes on without a reader',
    answers: [{ events: RUN_EVENTS, cutAfter: 2 }],
    run: async ({ beta: { threads } }) =>
      all(await threads.runs.create('thread_1', { ...ASSISTANT, stream: true })),
    spans: [{ name: 'chat', id: 'run_1', unpriced: 'not polled' }],
  },
  {
    name: 'run whose stream breaks off, and that is polled later',
    answers: [{ events: RUN_EVENTS, cutAfter: 2 }, body(DONE)],
    async run({ beta: { threads } }, major) {
      const events = await all(await threads.runs.create('thread_1', { ...ASSISTANT, stream: true }));
      return [events, await retrieveRun(threads.runs, major)];
    },
    spans: [RUN_SPAN],
  },
  {
    name: 'run with a tool of the app: one call from its start to its end',
    answers: [body(run('queued')), body(CALLED), body(run('queued')), body(DONE)],
    async run({ beta: { threads } }, major) {
      const first = await threads.runs.createAndPoll('thread_1', ASSISTANT, POLLING);
      const last =
        major === 4
          ? (threads.runs as unknown as RunsOf4).submitToolOutputsAndPoll(
              'thread_1',
              'run_1',
              OUTPUTS,
              POLLING,
            )
          : threads.runs.submitToolOutputsAndPoll('run_1', { thread_id: 'thread_1', ...OUTPUTS }, POLLING);
      return [first, await last];
    },
    spans: [RUN_SPAN],
  },
  {
    name: 'run that failed: what it used until then is billed',
    answers: [
      body(run('queued')),
      body(run('failed', { usage: USED, last_error: { code: 'rate_limit_exceeded', message: 'x' } })),
    ],
    run: ({ beta: { threads } }) => threads.runs.createAndPoll('thread_1', ASSISTANT, POLLING),
    spans: [{ ...RUN_SPAN, error: 'rate_limit_exceeded' }],
  },
  {
    name: 'run that was cancelled',
    answers: [body(run('queued')), body(run('cancelled', { usage: USED }))],
    run: ({ beta: { threads } }) => threads.runs.createAndPoll('thread_1', ASSISTANT, POLLING),
    spans: [RUN_SPAN],
  },
  {
    name: 'run with a tool that is billed apart: partly unpriced',
    answers: [
      body(run('queued')),
      body(run('completed', { usage: USED, tools: [{ type: 'code_interpreter' }] })),
    ],
    run: ({ beta: { threads } }) => threads.runs.createAndPoll('thread_1', ASSISTANT, POLLING),
    spans: [{ name: 'chat', id: 'run_1', input: 1000, output: 200, unpriced: 'tools.code_interpreter' }],
  },
];
