import type { Api } from '../endpoints/endpoint.ts';
import type { Outcome } from './outcome.ts';
import { asRecord, asText } from './record.ts';
import { readResponse } from './read-response.ts';
import { plainName } from './error-type.ts';
import { readEvalRun, readGrader, readRun, readTraining, readVideo } from '../jobs/read-job.ts';
import { recordAgentSession } from '../jobs/agent-sessions.ts';

/** Reads a whole answer that the library (or the caller) parsed. Never throws. */
export function readAnswer(
  api: Api,
  answer: unknown,
  outcome: Outcome,
  request: Readonly<Record<string, unknown>> = {},
): void {
  const body = asRecord(answer);
  if (body === undefined || isErrorBody(api, body, outcome)) return;
  switch (api) {
    case 'decisions':
      readHead(body, outcome);
      outcome.usage = body['usage'];
      return;
    case 'runs':
      readRun(body, outcome);
      return;
    case 'videos':
      readVideo(body, request, outcome);
      return;
    case 'training':
      readTraining(body, outcome);
      return;
    case 'evals':
      readEvalRun(body, outcome);
      return;
    case 'graders':
      readGrader(body, outcome);
      return;
    case 'agents':
      outcome.responseId = asText(body['id']);
      outcome.model = asText(asRecord(body['agent'])?.['model']);
      recordAgentSession(body, request);
      return;
    case 'unmetered':
      outcome.responseId = asText(body['id']);
      return;
    case 'responses':
      readResponse(body, outcome);
      return;
    case 'chat':
    case 'completions':
      readHead(body, outcome);
      readChoices(body['choices'], outcome);
      outcome.usage = usageOf(body);
      return;
    case 'images':
      outcome.usage = body['usage'];
      outcome.answer = body;
      outcome.images = Array.isArray(body['data']) ? body['data'].length : undefined;
      outcome.imageSize = asText(body['size']);
      outcome.imageQuality = asText(body['quality']);
      return;
    case 'audio':
      outcome.usage = body['usage'];
      outcome.answer = body;
      return;
    case 'embeddings':
      readHead(body, outcome);
      outcome.usage = usageOf(body);
      outcome.dimensions = dimensionsOf(body['data']);
      return;
    case 'moderations':
      readHead(body, outcome);
      outcome.usage = body['usage'];
      return;
    case 'speech':
      readHead(body, outcome);
  }
}

/**
 * Whether an answer with status 200 is an error. Gateways and some hosts send `{ "error": { … } }` with it. An API
 * object that failed has both an error and an id, and shows the failure in its status.
 */
function isErrorBody(api: Api, body: Readonly<Record<string, unknown>>, outcome: Outcome): boolean {
  const { error } = body;
  if (error === undefined || error === null || error === false || error === '') return false;
  const hasAnswer =
    api === 'responses' || JOBS.has(api)
      ? body['id'] !== undefined
      : Array.isArray(body['choices'] ?? body['data']);
  if (hasAnswer || body['answers'] !== undefined || body['text'] !== undefined) return false;
  const fields = asRecord(error);
  outcome.failure = plainName(fields?.['code']) ?? plainName(fields?.['type']) ?? 'error_body';
  // A host that reports usage with an error bills it.
  outcome.usage = usageOf(body) ?? undefined;
  outcome.isRefused = outcome.usage === undefined;
  return true;
}

const JOBS: ReadonlySet<Api> = new Set<Api>([
  'runs',
  'videos',
  'training',
  'evals',
  'graders',
  'agents',
  'unmetered',
]);

/** Reads id, model, tier and fingerprint, which are the same fields in an answer and in each chunk of a stream. */
export function readHead(body: Readonly<Record<string, unknown>>, outcome: Outcome): void {
  outcome.responseId = asText(body['id']) ?? outcome.responseId;
  outcome.model = asText(body['model']) ?? outcome.model;
  outcome.serviceTier = asText(body['service_tier']) ?? outcome.serviceTier;
  outcome.fingerprint = asText(body['system_fingerprint']) ?? outcome.fingerprint;
}

/** `usage`, or its place in the last chunk of Groq's streams. */
export function usageOf(body: Readonly<Record<string, unknown>>): unknown {
  return body['usage'] ?? asRecord(body['x_groq'])?.['usage'] ?? undefined;
}

function readChoices(choices: unknown, outcome: Outcome): void {
  if (!Array.isArray(choices)) return;
  let reasons: string[] | undefined;
  for (let i = 0; i < choices.length; i += 1) {
    const reason = asText(asRecord(choices[i])?.['finish_reason']);
    if (reason === undefined) continue;
    if (reasons === undefined) {
      // `push` onto an empty array would allocate space for seventeen items.
      reasons = [reason];
    } else {
      reasons.push(reason);
    }
  }
  if (reasons !== undefined) outcome.finishReasons = reasons;
}

function dimensionsOf(data: unknown): number | undefined {
  const embedding = Array.isArray(data) ? asRecord(data[0])?.['embedding'] : undefined;
  if (Array.isArray(embedding)) return embedding.length;
  if (typeof embedding !== 'string') return undefined;
  // Base64 of four-byte floats.
  const padding = embedding.endsWith('==') ? 2 : embedding.endsWith('=') ? 1 : 0;
  return Math.floor(((embedding.length / 4) * 3 - padding) / 4);
}
