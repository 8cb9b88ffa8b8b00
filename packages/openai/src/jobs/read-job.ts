import { plainName } from '../call/error-type.ts';
import type { ModelUsage, Outcome } from '../call/outcome.ts';
import { asNumber, asRecord, asText } from '../call/record.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Words of a run's end in the terms of the conventions. */
const FINISH_REASONS: ReadonlyMap<string, string> = new Map([
  ['completed', 'stop'],
  ['incomplete', 'length'],
  ['failed', 'error'],
  ['expired', 'error'],
  ['cancelled', 'cancelled'],
]);

/** Reads a run of an assistant. Its usage is there when it has ended, and counts every step of it. */
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

/** A run does not say how often it used a tool that is billed apart: its price is a part of the cost that is missing. */
function withTools(usage: Fields, tools: unknown): Fields {
  if (!Array.isArray(tools)) return usage;
  const billed: Record<string, number> = {};
  for (const tool of tools as unknown[]) {
    const type = asText(asRecord(tool)?.['type']);
    if (type === 'code_interpreter' || type === 'file_search') billed[`tools.${type}`] = 1;
  }
  return { ...usage, ...billed };
}

/** Reads a job that makes a video. It is billed when it completes, by the second and the size. */
export function readVideo(video: Fields, request: Fields, outcome: Outcome): void {
  const id = asText(video['id']);
  const status = asText(video['status']);
  outcome.responseId = id ?? outcome.responseId;
  outcome.model = asText(video['model']) ?? outcome.model;
  outcome.isPending = status === 'queued' || status === 'in_progress';
  if (id !== undefined) outcome.pollPath = `/videos/${id}`;
  if (status === 'failed') outcome.failure = plainName(asRecord(video['error'])?.['code']) ?? 'video_failed';
  if (status !== 'completed') return;
  // An extension answers with the length of the whole video, and makes what was asked for.
  const seconds =
    asSeconds(request['video'] === undefined ? undefined : request['seconds']) ?? asSeconds(video['seconds']);
  if (seconds === undefined) return;
  const size = asText(video['size']);
  outcome.usage = { videoSeconds: seconds, ...(size === undefined ? {} : { imageSize: size }) };
}

/** `'8'`, as the API writes it, or a number. */
function asSeconds(value: unknown): number | undefined {
  return asNumber(typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value);
}

/** Reads a fine-tuning job. What it is billed for is the tokens it trained on. */
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

/** Reads a run of an evaluation: `per_model_usage` when it has ended. */
export function readEvalRun(run: Fields, outcome: Outcome): void {
  const id = asText(run['id']);
  const evaluation = asText(run['eval_id']);
  const status = asText(run['status']);
  outcome.responseId = id ?? outcome.responseId;
  outcome.isPending = status === 'queued' || status === 'in_progress';
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

/** Reads what a grader answered: the usage of each model that it asked. */
export function readGrader(answer: Fields, outcome: Outcome): void {
  const byModel = asRecord(answer['model_grader_token_usage_per_model']) ?? {};
  const used = Object.entries(byModel);
  outcome.modelUsages = used.map(([model, usage]): ModelUsage => ({ model, usage }));
  const total = asNumber(asRecord(answer['metadata'])?.['token_usage']);
  if (used.length > 0 || total === undefined || total === 0) return;
  const model = asText(asRecord(answer['metadata'])?.['sampled_model_name']);
  outcome.modelUsages = [{ model, usage: { token_usage: total } }];
}
