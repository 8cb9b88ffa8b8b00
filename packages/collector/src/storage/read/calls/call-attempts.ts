import { ATTR_INPUT_MESSAGES } from '@userspan/core/semconv';

import type { CallRow } from '../../write/call-row.ts';
import type { StoredSpan } from '../traces/load-traces.ts';

/** Maximum time between a failed attempt and the next one. */
const MAX_PAUSE_NS = 10n * 60n * 1_000_000_000n;

/**
 * All attempts at one answer, oldest first, including `call`; only `call` if it is the only attempt.
 *
 * Two calls are attempts at the same answer if both are children of one span with the same model and operation, the
 * earlier one failed, and the later one started within ten minutes after its end. If both have their input, it must be
 * equal.
 */
export function attemptsOf(
  call: CallRow,
  calls: readonly CallRow[],
  spans: readonly StoredSpan[],
): CallRow[] {
  const siblings = calls
    .filter(
      (other) =>
        other.trace_id === call.trace_id &&
        other.parent_span_id === call.parent_span_id &&
        other.operation === call.operation &&
        modelOf(other) === modelOf(call),
    )
    .sort((a, b) => (BigInt(a.start_ns) < BigInt(b.start_ns) ? -1 : 1));
  const inputs = new Map(spans.map((span) => [span.span_id, inputOf(span)]));
  const at = siblings.findIndex((other) => other.span_id === call.span_id);
  if (at < 0) return [call];
  let first = at;
  while (first > 0 && follows(siblings[first - 1], siblings[first], inputs)) first -= 1;
  let last = at;
  while (last + 1 < siblings.length && follows(siblings[last], siblings[last + 1], inputs)) last += 1;
  return siblings.slice(first, last + 1);
}

function modelOf({ request_model, model }: CallRow): string {
  return request_model || model;
}

function inputOf(span: StoredSpan): unknown {
  return (JSON.parse(span.attributes) as Record<string, unknown>)[ATTR_INPUT_MESSAGES];
}

function follows(
  earlier: CallRow | undefined,
  later: CallRow | undefined,
  inputs: ReadonlyMap<string, unknown>,
): boolean {
  if (earlier === undefined || later === undefined || earlier.error === '') return false;
  const pauseNs = BigInt(later.start_ns) - BigInt(earlier.start_ns) - BigInt(earlier.duration_ns);
  const [input, nextInput] = [inputs.get(earlier.span_id), inputs.get(later.span_id)];
  const isSameInput = input === undefined || nextInput === undefined || input === nextInput;
  return pauseNs >= 0n && pauseNs <= MAX_PAUSE_NS && isSameInput;
}
