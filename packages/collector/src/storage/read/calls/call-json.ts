import type { CallRow } from '../../write/call-row.ts';
import { spanIdOf, traceIdOf } from '../../engine/ids.ts';
import { misdatedOf } from '../query/range.ts';
import type { Misdated } from '../query/range.ts';
import { showDecimal } from '../usage/figures.ts';
import { showTime } from '../users/profiles-query.ts';

/** A call as the API shows it. */
export interface CallJson {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly userId: string | null;
  /** Whether only a browser names the user. */
  readonly userClaimed: boolean;
  /** How the user was found. */
  readonly attributedBy: 'own' | 'ancestor' | 'resource' | 'trace' | null;
  readonly at: string;
  /** Set if the sender's clock was wrong: `at` is after the call was received, or before 2015. */
  readonly misdated: Misdated | null;
  readonly durationMs: number;
  readonly provider: string | null;
  readonly model: string | null;
  readonly requestModel: string | null;
  readonly operation: string | null;
  readonly service: string | null;
  readonly scope: string | null;
  readonly name: string | null;
  readonly threadId: string | null;
  readonly tags: readonly string[];
  readonly responseId: string | null;
  readonly usage: Readonly<Record<string, number | string>>;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
  readonly cost: number | null;
  readonly costExact: string | null;
  /** Cost at intake. Differs from `costExact` after a repricing. */
  readonly costAtCall: string | null;
  readonly costSource: string | null;
  readonly costAsOf: string | null;
  /** Why it has no cost. */
  readonly unpriced: string | null;
  readonly error: string | null;
  readonly estimated: boolean;
}

const FROM: Readonly<Record<string, CallJson['attributedBy']>> = {
  own: 'own',
  // Written by earlier versions.
  call: 'own',
  resource: 'resource',
  ancestor: 'ancestor',
  trace: 'trace',
};

export function callJsonOf(row: CallRow): CallJson {
  return {
    traceId: traceIdOf(row.trace_id),
    spanId: spanIdOf(row.span_id) ?? '',
    parentSpanId: spanIdOf(row.parent_span_id) ?? null,
    userId: row.user_id || null,
    userClaimed: row.user_claimed === 1,
    attributedBy: FROM[row.attributed_by] ?? null,
    at: showTime(row.start_ns),
    misdated: misdatedOf(Number(row.start_ns) / 1e6, row.received * 1000),
    durationMs: Number(row.duration_ns) / 1e6,
    provider: row.provider || null,
    model: row.model || null,
    requestModel: row.request_model || null,
    operation: row.operation || null,
    service: row.service || null,
    scope: row.scope || null,
    name: row.name || null,
    threadId: row.thread_id || null,
    tags: row.tags,
    responseId: row.response_id || null,
    usage: JSON.parse(row.usage) as Record<string, number | string>,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cachedTokens: row.cached_tokens,
    reasoningTokens: row.reasoning_tokens,
    cost: row.cost === null ? null : Number(row.cost),
    costExact: row.cost === null ? null : showDecimal(row.cost),
    costAtCall: row.cost_at_call === null ? null : showDecimal(row.cost_at_call),
    costSource: row.cost_source || null,
    costAsOf: row.cost_as_of || null,
    unpriced: row.unpriced || null,
    error: row.error || null,
    estimated: row.estimated === 1,
  };
}
