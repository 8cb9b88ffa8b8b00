import type { AttributeValue, Span } from '@userspan/ledger';

import type { ReceivedSpan, SpanBatch } from '../storage/write/span-batch.ts';

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** A span for tests, with numbers as ids and defaults for all other fields. */
export interface TestSpan {
  readonly trace?: number;
  readonly id: number;
  readonly parent?: number;
  readonly attributes?: Attributes;
  readonly project?: string;
  readonly claimed?: boolean;
  readonly scope?: string;
  readonly service?: string;
  /** Attributes of the resource in addition to the service name. */
  readonly resource?: Attributes;
  /** Milliseconds after the start of the test's time. */
  readonly atMs?: number;
  readonly durationMs?: number;
  /** Milliseconds since the Unix epoch; {@link NOON_MS} by default. */
  readonly receivedAtMs?: number;
  readonly name?: string;
}

/** The default time in tests: noon in UTC. */
export const NOON_MS: number = Date.UTC(2026, 10, 20, 12);

/** Attributes of a call with ten input and five output tokens and a stated cost. */
export function call(rest: Attributes = {}): Attributes {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.output_tokens': 5,
    'gen_ai.usage.cost': 0.25,
    ...rest,
  };
}

export function user(id: string, props: Attributes = {}): Attributes {
  return { 'user.id': id, ...props };
}

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

export function received(span: TestSpan): ReceivedSpan {
  const {
    trace = 1,
    id,
    parent,
    attributes = {},
    project = 'default',
    claimed = false,
    scope = 'test',
  } = span;
  const start = BigInt(NOON_MS + (span.atMs ?? 0)) * 1_000_000n;
  const full: Span = {
    traceId: hex(trace, 32),
    spanId: hex(id, 16),
    ...(parent === undefined ? {} : { parentSpanId: hex(parent, 16) }),
    name: span.name ?? 'span',
    kind: 3,
    startTimeUnixNano: start,
    endTimeUnixNano: start + BigInt(span.durationMs ?? 5) * 1_000_000n,
    status: { code: 0 },
    attributes,
    events: [],
    resource: { 'service.name': span.service ?? 'app', ...span.resource },
    scope: { name: scope },
  };
  return { span: full, project, claimed, receivedAtMs: span.receivedAtMs ?? NOON_MS };
}

let batches = 0;

export function batch(...spans: readonly TestSpan[]): SpanBatch {
  batches += 1;
  return { id: `batch-${batches}`, spans: spans.map(received) };
}
