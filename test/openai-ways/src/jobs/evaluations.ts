import type { JobCase } from './job-case.ts';
import { body, MADE_AT } from './job-case.ts';

const EVALUATED = {
  id: 'evalrun_1',
  object: 'eval.run',
  eval_id: 'eval_1',
  created_at: MADE_AT,
  error: null,
  per_testing_criteria_results: [],
};

/** Evaluations, graders and fine-tuning. */
export const EVALUATION_CASES: readonly JobCase[] = [
  {
    name: 'run of an evaluation: a call for each model',
    since: 5,
    answers: [
      body({ ...EVALUATED, status: 'queued', per_model_usage: [] }),
      body({
        ...EVALUATED,
        status: 'completed',
        per_model_usage: [
          {
            model_name: 'gpt-4o-mini',
            invocation_count: 3,
            prompt_tokens: 1000,
            completion_tokens: 200,
            total_tokens: 1200,
            cached_tokens: 400,
          },
          {
            model_name: 'gpt-4.1-mini',
            invocation_count: 1,
            prompt_tokens: 100,
            completion_tokens: 10,
            total_tokens: 110,
            cached_tokens: 0,
          },
        ],
      }),
    ],
    async run({ evals }) {
      const source = { type: 'jsonl', source: { type: 'file_id', id: 'file_1' } } as const;
      const made = await evals.runs.create('eval_1', { data_source: source });
      return [made, await evals.runs.retrieve('evalrun_1', { eval_id: 'eval_1' })];
    },
    spans: [
      // 600 × $0.15 + 400 cached × $0.075 + 200 × $0.60
      { name: 'chat gpt-4o-mini', isBelow: true, input: 1000, output: 200, cached: 400, usd: 0.00024 },
      // 100 × $0.40 + 10 × $1.60
      { name: 'chat gpt-4.1-mini', isBelow: true, input: 100, output: 10, usd: 0.000056 },
      { name: 'invoke_workflow', id: 'evalrun_1' },
    ],
  },
  {
    name: 'grader that asks a model',
    since: 5,
    answers: [
      body({
        reward: 1,
        sub_rewards: {},
        metadata: { name: 'g', type: 'score_model', token_usage: 1200, sampled_model_name: null },
        model_grader_token_usage_per_model: {
          'gpt-4o-mini': { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 },
        },
      }),
    ],
    run: ({ fineTuning }) =>
      fineTuning.alpha.graders.run({
        grader: { type: 'string_check', name: 'g', input: 'a', reference: 'b', operation: 'eq' },
        model_sample: 'a',
      }),
    spans: [
      { name: 'chat gpt-4o-mini', isBelow: true, input: 1000, output: 200, usd: 0.00027 },
      { name: 'invoke_workflow' },
    ],
  },
  {
    name: 'fine-tuning: tokens that were trained on',
    answers: [
      body({ id: 'ftjob_1', object: 'fine_tuning.job', model: 'gpt-4o-mini-2024-07-18', status: 'queued' }),
      body({
        id: 'ftjob_1',
        object: 'fine_tuning.job',
        model: 'gpt-4o-mini-2024-07-18',
        status: 'succeeded',
        trained_tokens: 5000,
      }),
    ],
    async run({ fineTuning }) {
      const made = await fineTuning.jobs.create({ model: 'gpt-4o-mini', training_file: 'file_1' });
      return [made, await fineTuning.jobs.retrieve('ftjob_1')];
    },
    spans: [{ name: 'fine_tuning gpt-4o-mini', id: 'ftjob_1', unpriced: 'trained_tokens' }],
  },
  {
    name: 'fine-tuning: a job whose end a list shows, and others beside it',
    answers: [
      body({ id: 'ftjob_2', object: 'fine_tuning.job', model: 'gpt-4o-mini-2024-07-18', status: 'queued' }),
      body({
        object: 'list',
        data: [
          { id: 'ftjob_9', object: 'fine_tuning.job', status: 'succeeded', trained_tokens: 1 },
          { id: 'ftjob_2', object: 'fine_tuning.job', status: 'running', trained_tokens: null },
        ],
        has_more: true,
      }),
      body({
        object: 'list',
        data: [
          {
            id: 'ftjob_2',
            object: 'fine_tuning.job',
            model: 'gpt-4o-mini-2024-07-18',
            status: 'succeeded',
            trained_tokens: 6000,
          },
        ],
        has_more: false,
      }),
    ],
    async run({ fineTuning }) {
      const seen: unknown[] = [
        await fineTuning.jobs.create({ model: 'gpt-4o-mini', training_file: 'file_1' }),
      ];
      for await (const job of fineTuning.jobs.list()) seen.push(job);
      return seen;
    },
    spans: [{ name: 'fine_tuning gpt-4o-mini', id: 'ftjob_2', unpriced: 'trained_tokens' }],
  },
  {
    name: 'run of an evaluation whose end a list shows',
    since: 5,
    answers: [
      body({ ...EVALUATED, id: 'evalrun_2', status: 'queued', per_model_usage: [] }),
      body({
        object: 'list',
        data: [
          {
            ...EVALUATED,
            id: 'evalrun_2',
            status: 'completed',
            per_model_usage: [
              { model_name: 'gpt-4o-mini', prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 },
            ],
          },
        ],
        has_more: false,
      }),
    ],
    async run({ evals }) {
      const source = { type: 'jsonl', source: { type: 'file_id', id: 'file_1' } } as const;
      const made = await evals.runs.create('eval_1', { data_source: source });
      return [made, (await evals.runs.list('eval_1')).data];
    },
    spans: [
      { name: 'chat gpt-4o-mini', isBelow: true, input: 1000, output: 200, usd: 0.00027 },
      { name: 'invoke_workflow', id: 'evalrun_2' },
    ],
  },
];
