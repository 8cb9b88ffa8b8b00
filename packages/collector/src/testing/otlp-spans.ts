import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { ExportTraceServiceRequestSchema } from '../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import {
  type AnyValueSchema,
  type KeyValueSchema,
} from '../otlp/generated/opentelemetry/proto/common/v1/common_pb.ts';
import type { SpanSchema } from '../otlp/generated/opentelemetry/proto/trace/v1/trace_pb.ts';

export type SpanInit = MessageInitShape<typeof SpanSchema>;
type Attribute = MessageInitShape<typeof KeyValueSchema>;
type AttributeInit = string | number | boolean;

/** A call to a model with a constant price. */
export const CALL = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 100,
} as const;

const START = 1_790_000_000_000_000_000n;

/** Creates a span with ids made from two numbers. */
export function span(
  trace: number,
  number: number,
  attributes: Readonly<Record<string, AttributeInit>> = {},
  rest: SpanInit = {},
): SpanInit {
  return {
    traceId: idOf(16, trace),
    spanId: idOf(8, number),
    name: 'chat gpt-4o',
    kind: 3,
    startTimeUnixNano: START,
    endTimeUnixNano: START + 5_000_000n,
    attributes: attributesOf(attributes),
    ...rest,
  };
}

export function idOf(bytes: number, number: number): Uint8Array {
  const id = Buffer.alloc(bytes, 0xa0);
  id.writeUInt32BE(number, bytes - 4);
  return id;
}

export function attributesOf(attributes: Readonly<Record<string, AttributeInit>>): Attribute[] {
  return Object.entries(attributes).map(([key, value]): Attribute => ({
    key,
    value: { value: valueOf(value) },
  }));
}

function valueOf(value: AttributeInit): NonNullable<MessageInitShape<typeof AnyValueSchema>['value']> {
  switch (typeof value) {
    case 'string':
      return { case: 'stringValue', value };
    case 'boolean':
      return { case: 'boolValue', value };
    default:
      return Number.isInteger(value)
        ? { case: 'intValue', value: BigInt(value) }
        : { case: 'doubleValue', value };
  }
}

/** Encodes one request with these spans as protobuf. */
export function requestOf(
  spans: readonly SpanInit[],
  resource: Readonly<Record<string, AttributeInit>> = {},
): Uint8Array {
  return toBinary(
    ExportTraceServiceRequestSchema,
    create(ExportTraceServiceRequestSchema, {
      resourceSpans: [
        {
          resource: { attributes: attributesOf(resource) },
          scopeSpans: [{ scope: { name: 'test', version: '1' }, spans: [...spans] }],
        },
      ],
    }),
  );
}

/** Posts a request as protobuf. */
export function post(
  url: string,
  body: Uint8Array | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}
