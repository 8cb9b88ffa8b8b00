import { normalizeUsage } from '@userspan/pricing';

import { plainName } from '../call/error-type.ts';
import type { ModelUsage, Outcome } from '../call/outcome.ts';
import { asNumber, asRecord, asText } from '../call/record.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Final status of a run -> finish reason of the conventions. */
const FINISH_REASONS: ReadonlyMap<string, string> = new Map([
  ['completed', 'stop'],
  ['incomplete', 'length'],
  ['failed', 'error'],
  ['expired', 'error'],
  ['cancelled', 'cancelled'],
]);

/** Reads a run of an assistant. After its end, it has the usage of all steps. */
export function readRun(run: Fields, outcome: Outcome): void {
  const id = asText(run['id']);
  const thread = asText(run['thread_id']);
  const status = asText(run['status']);
  const reason = status === undefined ? undefined : FINISH_REASONS.get(status);
  outcome.responseId = id ?? outcome.responseId;
  outcome.model = asText(run['model']) ?? outcome.model;
  outcome.isPending = status !== undefined && reason === undefined;
  if (id !== undefined && thread !== undefined) outcome.pollPath = `/threads/${thread}/runs/${id}`;
  if (reason !== undefined) outcome.finishReasons = [reason];
  const usage = asRecord(run['usage']);
  if (usage !== undefined) outcome.usage = withTools(usage, run['tools']);
  if (status === 'failed' || status === 'expired') {
    outcome.failure = plainName(asRecord(run['last_error'])?.['code']) ?? `run_${status}`;
  }
}

/** Adds unknown units for tools that are billed separately, because a run does not report how often it used them. */
function withTools(usage: Fields, tools: unknown): Fields {
  if (!Array.isArray(tools)) return usage;
  const billed: Record<string, number> = {};
  for (const tool of tools as unknown[]) {
    const type = asText(asRecord(tool)?.['type']);
    if (type === 'code_interpreter' || type === 'file_search') billed[`tools.${type}`] = 1;
  }
  return { ...usage, ...billed };
}

/** Reads a video job. It is billed on completion, by seconds and size. */
export function readVideo(video: Fields, request: Fields, outcome: Outcome): void {
  const id = asText(video['id']);
  const status = asText(video['status']);
  outcome.responseId = id ?? outcome.responseId;
  outcome.model = asText(video['model']) ?? outcome.model;
  outcome.isPending = status !== undefined && status !== 'completed' && status !== 'failed';
  if (id !== undefined) outcome.pollPath = `/videos/${id}`;
  if (status === 'failed') outcome.failure = plainName(asRecord(video['error'])?.['code']) ?? 'video_failed';
  if (status !== 'completed') return;
  // The answer of an extension has the length of the whole video, but only the requested seconds are generated.
  const seconds =
    asSeconds(request['video'] === undefined ? undefined : request['seconds']) ?? asSeconds(video['seconds']);
  if (seconds === undefined) return;
  const size = asText(video['size']);
  outcome.usage = {
    // The API reports no other usage. Whatever one contains has no price.
    ...normalizeUsage('embeddings', { usage: video['usage'] }),
    videoSeconds: seconds,
    ...(size === undefined ? {} : { imageSize: size }),
  };
}

/** Reads seconds, which the API writes as a string such as `'8'`. */
function asSeconds(value: unknown): number | undefined {
  return asNumber(typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value);
}

/** Reads a fine-tuning job, which is billed by trained tokens. */
export function readTraining(job: Fields, outcome: Outcome): void {
  const id = asText(job['id']);
  const status = asText(job['status']);
  outcome.responseId = id ?? outcome.responseId;
  outcome.model = asText(job['model']) ?? outcome.model;
  outcome.isPending = status !== 'succeeded' && status !== 'failed' && status !== 'cancelled';
  if (id !== undefined) outcome.pollPath = `/fine_tuning/jobs/${id}`;
  const trained = asNumber(job['trained_tokens']);
  if (trained !== undefined) outcome.usage = { trained_tokens: trained };
  if (status === 'failed') outcome.failure = plainName(asRecord(job['error'])?.['code']) ?? 'job_failed';
}

const EVAL_ENDS: ReadonlySet<string> = new Set(['completed', 'failed', 'canceled', 'cancelled']);

/** Reads a run of an evaluation. After its end, it has `per_model_usage`. */
export function readEvalRun(run: Fields, outcome: Outcome): void {
  const id = asText(run['id']);
  const evaluation = asText(run['eval_id']);
  const status = asText(run['status']);
  outcome.responseId = id ?? outcome.responseId;
  outcome.isPending = status !== undefined && !EVAL_ENDS.has(status);
  if (id !== undefined && evaluation !== undefined) outcome.pollPath = `/evals/${evaluation}/runs/${id}`;
  if (status === 'failed') outcome.failure = plainName(asRecord(run['error'])?.['code']) ?? 'eval_failed';
  if (outcome.isPending) return;
  const usages = Array.isArray(run['per_model_usage']) ? (run['per_model_usage'] as unknown[]) : [];
  outcome.modelUsages = usages.map((value): ModelUsage => {
    const usage = asRecord(value) ?? {};
    const cached = asNumber(usage['cached_tokens']);
    const details = cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } };
    const { model_name: model, invocation_count: _calls, cached_tokens: _cached, ...counts } = usage;
    return { model: asText(model), usage: { ...counts, ...details } };
  });
}

/** Reads a grader's answer, which has the usage of each model. */
export function readGrader(answer: Fields, outcome: Outcome): void {
  const byModel = asRecord(answer['model_grader_token_usage_per_model']) ?? {};
  const used = Object.entries(byModel);
  outcome.modelUsages = used.map(([model, usage]): ModelUsage => ({ model, usage }));
  const total = asNumber(asRecord(answer['metadata'])?.['token_usage']);
  if (used.length > 0 || total === undefined || total === 0) return;
  const model = asText(asRecord(answer['metadata'])?.['sampled_model_name']);
  outcome.modelUsages = [{ model, usage: { token_usage: total } }];
}
