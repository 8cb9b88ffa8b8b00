import { plainName } from '../call/error-type.ts';
import type { Call } from '../call/call.ts';
import { readResponse } from '../call/read-response.ts';
import { asRecord } from '../call/record.ts';

/** Reads one event of a streamed response: its frame (created, completed, incomplete, failed) and errors. */
export function readResponseEvent(event: unknown, call: Call): boolean {
  if (typeof event !== 'object' || event === null) return false;
  const { type, response } = event as { type?: unknown; response?: unknown };
  if (response !== undefined) {
    const body = asRecord(response);
    if (body !== undefined) readResponse(body, call.outcome);
  } else if (type === 'error') {
    call.outcome.failure = plainName((event as { code?: unknown }).code) ?? 'stream_error';
  }
  return false;
}
