import type { FastifyRequest } from 'fastify';
import { readIsoMs } from '../runtime/read-time.ts';
import type { BudgetShare } from './byte-budget.ts';
import { refuse, type Refusal } from './outcome.ts';
import { CONTENT_ENCODINGS, readBody, refuseShare, unpack } from './read-body.ts';

/** A JSON object. Its keys are read only with {@link field}, because the client chose them. */
export type JsonObject = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 128;
/** Memory of a parsed value per byte of JSON in the worst case, an array of small numbers. */
const PARSED_BYTES = 8;

/** Reads a JSON body of a client that does not use OTLP, with the same limits as OTLP. */
export async function readClientJson(
  request: FastifyRequest,
  maxBodyBytes: number,
  share: BudgetShare,
): Promise<{ readonly json: unknown } | Refusal> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() || 'identity';
  if (!CONTENT_ENCODINGS.includes(encoding)) {
    return refuse('unsupported', `Content-Encoding must be one of ${CONTENT_ENCODINGS.join(', ')}`);
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
    return refuse('too-large', `the body is larger than ${maxBodyBytes} bytes: send smaller batches`);
  }
  const received = await readBody(request.raw, encoding, maxBodyBytes, share);
  // posthog-js compresses bodies without a header.
  const isPacked = !('taken' in received) && received[0] === 0x1f && received[1] === 0x8b;
  const body = isPacked ? await unpack(received, 'gzip', maxBodyBytes, share) : received;
  if ('taken' in body) {
    return body;
  }
  share.arrived();
  if (isTooDeep(body)) {
    return refuse('malformed', `the body must be JSON of at most ${MAX_DEPTH} levels`);
  }
  if (!share.grow(body.length * PARSED_BYTES)) {
    return refuseShare(share, body.length * PARSED_BYTES);
  }
  try {
    return { json: JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')) };
  } catch (error) {
    return refuse('malformed', `the body is not JSON: ${error instanceof Error ? error.message : 'broken'}`);
  }
}

/** An own property with any of these names. */
export function field(object: JsonObject, ...names: readonly string[]): unknown {
  for (const name of names) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (value !== undefined && value !== null) {
      return value;
    }
  }
  return undefined;
}

export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** A non-empty string, shortened to `maxLength` characters. */
export function stringOf(value: unknown, maxLength: number): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, maxLength).toWellFormed() : undefined;
}

/** A count of tokens. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/**
 * Milliseconds since 1970 from a number or an ISO 8601 string, which is in UTC if it has no offset; `undefined` for
 * another text and for an implausible time.
 */
export function timeOf(value: unknown, nowMs: number): number | undefined {
  const ms =
    typeof value === 'string'
      ? (readIsoMs(value, 'Z') ?? NaN)
      : typeof value === 'number'
        ? Math.trunc(value)
        : NaN;
  return ms >= EARLIEST_MS && ms <= nowMs + DAY_MS ? ms : undefined;
}

const DAY_MS = 86_400_000;
/** The start of 2015, before which no model was billed by token. */
const EARLIEST_MS = Date.UTC(2015);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Whether JSON is nested too deeply. Checked before parsing, which would recurse. */
function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (isInString) {
      if (byte === BACKSLASH) {
        i += 1;
      } else if (byte === QUOTE) {
        isInString = false;
      }
    } else if (byte === QUOTE) {
      isInString = true;
    } else if (OPENING.has(byte)) {
      depth += 1;
      if (depth > MAX_DEPTH) {
        return true;
      }
    } else if (CLOSING.has(byte)) {
      depth -= 1;
    }
  }
  return false;
}
