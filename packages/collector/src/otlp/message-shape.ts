import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { REQUEST_SCHEMAS, type Signal } from './signal.ts';

/** What the scan must know about a message: per field number, how it lies on the wire and what is inside. */
export interface MessageShape {
  readonly fields: readonly (FieldShape | undefined)[];
  /** One of these in a request is one unit of its signal: a span, a log record, a metric. */
  readonly isItem: boolean;
  /** Field numbers of the ids that a span must have whole, with their length in bytes. */
  readonly ids: readonly (number | undefined)[];
}

export interface FieldShape {
  readonly wireType: number;
  /** Repeated numbers may also come packed into one length-delimited field. */
  readonly packable: boolean;
  readonly message: MessageShape | undefined;
}

const ITEMS: ReadonlySet<string> = new Set([
  'opentelemetry.proto.trace.v1.Span',
  'opentelemetry.proto.logs.v1.LogRecord',
  'opentelemetry.proto.metrics.v1.Metric',
]);

function wireTypeOf(scalar: ScalarType): number {
  switch (scalar) {
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return 1;
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return 2;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return 5;
    default:
      return 0;
  }
}

function fieldShape(field: DescField, known: Map<string, MessageShape>): FieldShape {
  if (field.message !== undefined) {
    return { wireType: 2, packable: false, message: shapeOf(field.message, known) };
  }
  const wireType = field.scalar === undefined ? 0 : wireTypeOf(field.scalar);
  return { wireType, packable: field.fieldKind === 'list' && wireType !== 2, message: undefined };
}

function shapeOf(message: DescMessage, known: Map<string, MessageShape>): MessageShape {
  const found = known.get(message.typeName);
  if (found !== undefined) {
    return found;
  }
  const fields: (FieldShape | undefined)[] = [];
  const ids: (number | undefined)[] = [];
  const shape: MessageShape = { fields, isItem: ITEMS.has(message.typeName), ids };
  known.set(message.typeName, shape);
  for (const field of message.fields) {
    fields[field.number] = fieldShape(field, known);
  }
  if (message.typeName === 'opentelemetry.proto.trace.v1.Span') {
    ids[1] = 16;
    ids[2] = 8;
  }
  return shape;
}

const known = new Map<string, MessageShape>();

/** The shapes of the three requests, taken from the generated descriptors so that they cannot drift apart. */
export const REQUEST_SHAPES: Readonly<Record<Signal, MessageShape>> = {
  traces: shapeOf(REQUEST_SCHEMAS.traces, known),
  logs: shapeOf(REQUEST_SCHEMAS.logs, known),
  metrics: shapeOf(REQUEST_SCHEMAS.metrics, known),
};
