import { plainName } from './error-type.ts';
import type { Outcome } from './outcome.ts';
import { asRecord, asText } from './record.ts';

/** `incomplete_details.reason` -> finish reason of the conventions. */
const INCOMPLETE_REASONS: ReadonlyMap<string, string> = new Map([
  ['max_output_tokens', 'length'],
  ['max_tokens', 'length'],
  ['content_filter', 'content_filter'],
]);

const ENDS: ReadonlySet<string> = new Set(['completed', 'incomplete', 'failed', 'cancelled']);

/** Reads a response object of the Responses API, complete or not. */
export function readResponse(body: Readonly<Record<string, unknown>>, outcome: Outcome): void {
  outcome.responseId = asText(body['id']) ?? outcome.responseId;
  outcome.model = asText(body['model']) ?? outcome.model;
  outcome.serviceTier = asText(body['service_tier']) ?? outcome.serviceTier;
  if (body['usage'] !== null && body['usage'] !== undefined) {
    outcome.usage = body['usage'];
    outcome.answer = body;
  }
  if (Array.isArray(body['output'])) outcome.output = body['output'] as readonly unknown[];

  const status = asText(body['status']);
  outcome.isPending = status !== undefined && !ENDS.has(status);
  const reason = finishReason(status, body);
  if (reason !== undefined) outcome.finishReasons = [reason];
  if (status === 'failed') {
    outcome.failure = plainName(asRecord(body['error'])?.['code']) ?? 'response_failed';
  }
}

function finishReason(
  status: string | undefined,
  body: Readonly<Record<string, unknown>>,
): string | undefined {
  switch (status) {
    case 'completed':
      return isToolCalled(body['output']) ? 'tool_call' : 'stop';
    case 'incomplete': {
      const reason = asText(asRecord(body['incomplete_details'])?.['reason']);
      return reason === undefined ? 'length' : (INCOMPLETE_REASONS.get(reason) ?? plainName(reason));
    }
    case 'failed':
      return 'error';
    case 'cancelled':
      return 'cancelled';
    default:
      return undefined;
  }
}

function isToolCalled(output: unknown): boolean {
  if (!Array.isArray(output)) return false;
  return output.some((item) => {
    const type = asRecord(item)?.['type'];
    return type === 'function_call' || type === 'custom_tool_call';
  });
}
