import { randomBytes } from 'node:crypto';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  type ExportTraceServiceRequest,
  ExportTraceServiceRequestSchema,
} from '../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { type KeyValue, KeyValueSchema } from '../otlp/generated/opentelemetry/proto/common/v1/common_pb.ts';
import {
  type Span,
  Span_SpanKind,
  SpanSchema,
} from '../otlp/generated/opentelemetry/proto/trace/v1/trace_pb.ts';

export interface LoadShape {
  /** Spans in each request. */
  readonly spans: number;
  readonly users: number;
  readonly idPrefix: string;
  /**
   * `1`: every span is a call that names its user. `3`: a trace consists of a server request that names the user, an
   * agent below it, and the agent's call. A call precedes its parents, as in exporters. Default 1.
   */
  readonly spansPerCall?: 1 | 3;
}

/** Creates requests with different ids, users and times by copying bytes, so that generating them takes little time. */
export class LoadRequests {
  readonly #template: Buffer;
  readonly #idOffsets: readonly number[];
  readonly #startOffsets: readonly number[];
  readonly #endOffsets: readonly number[];
  readonly #userOffsets: readonly number[];
  readonly #users: number;

  constructor(options: LoadShape) {
    this.#template = Buffer.from(toBinary(ExportTraceServiceRequestSchema, requestOf(options)));
    this.#idOffsets = offsetsOf(this.#template, MARKER);
    this.#startOffsets = offsetsOf(this.#template, START_MARKER);
    this.#endOffsets = offsetsOf(this.#template, END_MARKER);
    this.#userOffsets = offsetsOf(this.#template, USER_MARKER);
    this.#users = options.users;
  }

  get bytes(): number {
    return this.#template.length;
  }

  next(): Buffer {
    const request = Buffer.from(this.#template);
    const random = randomBytes(MARKER.length);
    for (const offset of this.#idOffsets) {
      random.copy(request, offset);
    }
    for (let i = 0; i < this.#userOffsets.length; i += USER_TEXTS) {
      const digits = String(Math.floor(Math.random() * this.#users)).padStart(USER_MARKER.length, '0');
      for (const offset of this.#userOffsets.slice(i, i + USER_TEXTS)) {
        request.write(digits, offset, 'latin1');
      }
    }
    const now = BigInt(Date.now()) * 1_000_000n;
    for (const [i, offset] of this.#startOffsets.entries()) {
      // Within the last second, like a batch of an exporter, because calls at the same instant are rare.
      const start = now - BigInt(Math.floor(Math.random() * 1e9));
      request.writeBigUInt64LE(start, offset);
      request.writeBigUInt64LE(start + DURATION_NS, this.#endOffsets[i] ?? offset);
    }
    return request;
  }
}

/** Placeholder for the random bytes of an id. The rest of the id distinguishes spans and traces. */
const MARKER = Buffer.from('f00dfacecafe', 'hex');
/** Placeholders for times. */
const START_MARKER = Buffer.from('f11dfacecafef00d', 'hex');
const END_MARKER = Buffer.from('f22dfacecafef00d', 'hex');
/** Placeholder for the digits of a user, in three strings of each span that names one. */
const USER_MARKER = Buffer.from('~~~~~~~~');
const USER_TEXTS = 3;
const DURATION_NS = 800_000_000n;
const SPANS_PER_TRACE = 3;
const MODELS = ['gpt-4o', 'gpt-4o-mini', 'gpt-4.1', 'claude-sonnet-4-5'] as const;

function requestOf({ spans, idPrefix, spansPerCall = 1 }: LoadShape): ExportTraceServiceRequest {
  const made = Array.from({ length: spans }, (_, i) => {
    const parent = spansPerCall === 1 || i % 3 === 2 ? {} : { parentSpanId: idOf(8, i + 1) };
    const what =
      spansPerCall === 1 ? callOf(i, userOf(idPrefix)) : (PARTS[i % 3] ?? callOf)(i, userOf(idPrefix));
    return spanOf(i, { ...parent, ...what });
  });
  return create(ExportTraceServiceRequestSchema, {
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'userspan-bench')] },
        scopeSpans: [{ scope: { name: 'userspan-bench', version: '1.0.0' }, spans: made }],
      },
    ],
  });
}

/** The spans of a trace with one call, in the order in which they end. */
const PARTS: readonly ((i: number, user: KeyValue[]) => SpanParts)[] = [
  (i) => callOf(i, []),
  () => ({ name: 'invoke_agent support', kind: Span_SpanKind.INTERNAL, attributes: [] }),
  (_, user) => ({
    name: 'POST /chat/:id',
    kind: Span_SpanKind.SERVER,
    attributes: [...user, text('http.route', '/chat/:id'), count('http.response.status_code', 200)],
  }),
];

interface SpanParts {
  readonly name: string;
  readonly kind: Span_SpanKind;
  readonly attributes: KeyValue[];
}

function spanOf(i: number, parts: SpanParts & { readonly parentSpanId?: Uint8Array }): Span {
  return create(SpanSchema, {
    // A random part per request, and the number of the trace within it.
    traceId: idOf(16, Math.floor(i / SPANS_PER_TRACE)),
    spanId: idOf(8, i),
    startTimeUnixNano: START_MARKER.readBigUInt64LE(),
    endTimeUnixNano: END_MARKER.readBigUInt64LE(),
    ...parts,
  });
}

function userOf(idPrefix: string): KeyValue[] {
  const user = `${idPrefix}${USER_MARKER.toString()}`;
  return [
    text('user.id', user),
    text('user.email', `${user}@example.com`),
    text('session.id', `${user}-session`),
  ];
}

function callOf(i: number, user: KeyValue[]): SpanParts {
  const model = MODELS[i % MODELS.length] ?? MODELS[0];
  return {
    name: `chat ${model}`,
    kind: Span_SpanKind.CLIENT,
    attributes: [
      ...user,
      text('gen_ai.operation.name', 'chat'),
      text('gen_ai.provider.name', model.startsWith('claude') ? 'anthropic' : 'openai'),
      text('gen_ai.request.model', model),
      text('gen_ai.response.model', model),
      count('gen_ai.usage.input_tokens', 200 + (i % 50)),
      count('gen_ai.usage.output_tokens', 20 + (i % 30)),
    ],
  };
}

function idOf(length: number, number: number): Uint8Array {
  const id = Buffer.alloc(length);
  id.writeUInt16BE(number % 65_536, length - 2);
  MARKER.copy(id);
  return id;
}

function text(key: string, value: string): KeyValue {
  return create(KeyValueSchema, { key, value: { value: { case: 'stringValue', value } } });
}

function count(key: string, value: number): KeyValue {
  return create(KeyValueSchema, { key, value: { value: { case: 'intValue', value: BigInt(value) } } });
}

function offsetsOf(bytes: Buffer, marker: Buffer): number[] {
  const offsets: number[] = [];
  for (let at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, at + 1)) {
    offsets.push(at);
  }
  return offsets;
}
