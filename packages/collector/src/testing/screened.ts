import { create, toBinary } from '@bufbuild/protobuf';
import type { Attributes } from '@userspan/ledger';
import { anyValueOf } from '../otlp/any-value-of.ts';
import { attributesOf } from '../otlp/attributes-of.ts';
import { RequestScreen } from '../otlp/content/request-screen.ts';
import { decode } from '../otlp/decode.ts';
import { ExportLogsServiceRequestSchema } from '../otlp/generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import { spansOfRequest } from '../otlp/spans-of-request.ts';
import { requestOf, span } from './otlp-spans.ts';

const screen = new RequestScreen({ removesContent: true });

export function pairs(attributes: Attributes): { key: string; value: ReturnType<typeof anyValueOf> }[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: anyValueOf(value),
  }));
}

/** Returns the attributes that remain on a span, on an event of it and on a log record. */
export function left(attributes: Attributes): { onSpan: Attributes; onEvent: Attributes; onLog: Attributes } {
  const written = pairs(attributes) as never[];
  const traces = screen.screen(
    'traces',
    requestOf([
      span(
        1,
        1,
        {},
        {
          attributes: written,
          events: [{ name: 'step', attributes: written }],
          links: [{ attributes: written }],
        },
      ),
    ]),
  ).bytes;
  const logs = screen.screen(
    'logs',
    toBinary(
      ExportLogsServiceRequestSchema,
      create(ExportLogsServiceRequestSchema, {
        resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'step', attributes: written }] }] }],
      }),
    ),
  ).bytes;
  const [read] = spansOfRequest(traces);
  const record = decode(ExportLogsServiceRequestSchema, logs).resourceLogs[0]?.scopeLogs[0]?.logRecords[0];
  return {
    onSpan: read?.attributes ?? {},
    onEvent: read?.events[0]?.attributes ?? {},
    onLog: attributesOf(record?.attributes ?? []),
  };
}
