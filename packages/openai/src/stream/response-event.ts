import { plainName } from '../call/error-type.ts';
import type { Call } from '../call/call.ts';
import { readResponse } from '../call/read-response.ts';
import { asRecord } from '../call/record.ts';
import { responseOutput } from '../content/response-messages.ts';

function readFrame(body: Readonly<Record<string, unknown>>, call: Call): void {
  readResponse(body, call.outcome);
  // A completed response contains the content of all deltas.
  if (call.transcript !== undefined && body['status'] === 'completed') {
    call.outcome.messages = responseOutput(body['output'], call.outcome.finishReasons?.[0]);
  }
}

/** Reads one event of a streamed response: lifecycle events (created, completed, incomplete, failed) and errors. */
export function readResponseEvent(event: unknown, call: Call): unknown {
  if (typeof event !== 'object' || event === null) return event;
  const { type, response } = event as { type?: unknown; response?: unknown };
  if (response !== undefined) {
    const body = asRecord(response);
    if (body !== undefined) readFrame(body, call);
  } else if (type === 'response.output_text.delta') {
    call.transcript?.addText((event as { delta?: unknown }).delta);
  } else if (type === 'error') {
    call.outcome.failure = plainName((event as { code?: unknown }).code) ?? 'stream_error';
  }
  return event;
}
