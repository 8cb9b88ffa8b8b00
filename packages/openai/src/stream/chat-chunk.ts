import { plainName } from '../call/error-type.ts';
import type { Call } from '../call/call.ts';
import { HIDDEN } from './hidden.ts';
import { recordUsage } from './record-usage.ts';
import { withoutUsage } from './without-usage.ts';

/** The fields of a chat or completion chunk that are read. Each may be missing or of any type. */
interface ChatChunk {
  readonly id?: unknown;
  readonly model?: unknown;
  readonly service_tier?: unknown;
  readonly system_fingerprint?: unknown;
  readonly choices?: unknown;
  readonly usage?: unknown;
  readonly error?: unknown;
  readonly x_groq?: { readonly usage?: unknown } | null;
}

/** Reads a chunk of a chat completion or a legacy completion. */
export function readChatChunk(chunk: unknown, call: Call): unknown {
  if (typeof chunk !== 'object' || chunk === null) return chunk;
  const fields = chunk as ChatChunk;
  readResponse(fields, call);
  const { choices } = fields;
  if (Array.isArray(choices)) {
    for (let i = 0; i < choices.length; i += 1) readFinishReason(choices[i], call);
    if (call.transcript !== undefined) call.transcript.addChoices(choices as unknown[]);
  } else if (fields.error !== undefined && fields.error !== null) {
    call.outcome.failure = plainName((fields.error as { code?: unknown }).code) ?? 'stream_error';
  }
  return readUsage(chunk, fields, call);
}

/** Reads id and model of the response, which every chunk has, at the latest the second. */
function readResponse(fields: ChatChunk, { outcome }: Call): void {
  if (outcome.responseId === undefined && typeof fields.id === 'string' && fields.id !== '') {
    outcome.responseId = fields.id;
  }
  // Azure's first chunk has an empty model.
  if (outcome.model === undefined && typeof fields.model === 'string' && fields.model !== '') {
    outcome.model = fields.model;
  }
  if (typeof fields.service_tier === 'string') outcome.serviceTier = fields.service_tier;
  if (outcome.fingerprint === undefined && typeof fields.system_fingerprint === 'string') {
    outcome.fingerprint = fields.system_fingerprint;
  }
}

/** Reads the usage of the last chunk. Returns the chunk as it would be without our change of the request. */
function readUsage(chunk: object, { usage, x_groq: groq, choices }: ChatChunk, call: Call): unknown {
  if (usage === undefined || usage === null) {
    const groqUsage = groq?.usage;
    if (groqUsage !== undefined && groqUsage !== null) recordUsage(call.outcome, groqUsage);
    // Requesting usage also adds `"usage": null` to every other chunk.
    return usage === null && call.start.isUsageAdded ? withoutUsage(chunk) : chunk;
  }
  recordUsage(call.outcome, usage);
  return call.start.isUsageAdded && Array.isArray(choices) && choices.length === 0 ? HIDDEN : chunk;
}

function readFinishReason(choice: unknown, call: Call): void {
  if (typeof choice !== 'object' || choice === null) return;
  const reason = (choice as { finish_reason?: unknown }).finish_reason;
  if (typeof reason !== 'string') return;
  const { index } = choice as { index?: unknown };
  const reasons = (call.outcome.finishReasons ??= []);
  const at = typeof index === 'number' && index >= 0 && index < MAX_CHOICES ? index : reasons.length;
  // In the order of the choices. Fills gaps for choices that have not finished yet.
  while (reasons.length < at) reasons.push('');
  reasons[at] = reason;
}

/** The API's limit for `n`. */
const MAX_CHOICES = 128;
