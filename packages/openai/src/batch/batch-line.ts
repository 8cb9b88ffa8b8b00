import { forgetOldest } from '../call/forget-oldest.ts';
import { asRecord } from '../call/record.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { endpointOf } from '../endpoints/endpoint-of-request.ts';

/** One line of a batch's output file, as OpenAI writes it. */
export interface BatchOutputLine {
  readonly id?: string;
  readonly custom_id?: string | null;
  readonly response?: { readonly status_code?: number; readonly body?: unknown } | null;
  readonly error?: { readonly code?: string; readonly message?: string } | null;
}

/** `object` of an answer -> path of its endpoint. */
const PATHS: ReadonlyMap<unknown, string> = new Map([
  ['chat.completion', '/chat/completions'],
  ['response', '/responses'],
  ['text_completion', '/completions'],
  ['embedding', '/embeddings'],
  ['video', '/videos'],
]);

/** Maximum number of remembered lines. A file has at most 50,000. */
const MAX_KNOWN = 200_000;
const known = new Set<string>();

/** Parses a line of the file; undefined if it is invalid. */
export function parseBatchLine(text: string): BatchOutputLine | undefined {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The endpoint of a line, by its answer; undefined for an error. */
export function endpointOfLine(body: Readonly<Record<string, unknown>>): Endpoint | undefined {
  const { data } = body;
  const kind =
    body['object'] === 'list' && Array.isArray(data) ? asRecord(data[0])?.['object'] : body['object'];
  const path = PATHS.get(kind) ?? (isPictures(body) ? '/images/generations' : undefined);
  return path === undefined ? undefined : endpointOf({ method: 'post', path });
}

/** Whether an answer contains pictures. It has no `object`. */
function isPictures({ object, data }: Readonly<Record<string, unknown>>): boolean {
  const picture = object === undefined && Array.isArray(data) ? asRecord(data[0]) : undefined;
  return picture !== undefined && (picture['b64_json'] !== undefined || picture['url'] !== undefined);
}

/** Whether this process reads a line for the first time. A line without an id is always new. */
export function isFirstReading(line: BatchOutputLine): boolean {
  const { id } = line;
  if (typeof id !== 'string') return true;
  if (known.has(id)) return false;
  known.add(id);
  forgetOldest(known, MAX_KNOWN);
  return true;
}
