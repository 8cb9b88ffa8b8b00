import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { REQUEST_SCHEMAS, type Signal } from './signal.ts';

/** The facts about a message that the scan needs: for each field number, its wire type and the nested message. */
export interface MessageShape {
  readonly fields: readonly (FieldShape | undefined)[];
  /** Whether it is an item of its signal: a span, a log record or a metric. */
  readonly isItem: boolean;
  /** Required lengths of ids in bytes, by field number. */
  readonly ids: readonly (number | undefined)[];
}

export interface FieldShape {
  readonly wireType: number;
  /** Whether repeated numbers may be packed into one length-delimited field. */
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

/** The shapes of the three requests, derived from the generated descriptors. */
export const REQUEST_SHAPES: Readonly<Record<Signal, MessageShape>> = {
  traces: shapeOf(REQUEST_SCHEMAS.traces, known),
  logs: shapeOf(REQUEST_SCHEMAS.logs, known),
  metrics: shapeOf(REQUEST_SCHEMAS.metrics, known),
};
