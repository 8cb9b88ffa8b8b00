import type { GenMessage } from '@bufbuild/protobuf/codegenv2';
import type { Message } from '@bufbuild/protobuf';
import { ExportLogsServiceRequestSchema } from './generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import { ExportMetricsServiceRequestSchema } from './generated/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.ts';
import { ExportTraceServiceRequestSchema } from './generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';

/** The kind of data in an OTLP request, named as in its path: `/v1/traces`, `/v1/logs`, `/v1/metrics`. */
export type Signal = 'traces' | 'logs' | 'metrics';

/** In the order of their numbers in the log. Only append to this list. */
export const SIGNALS: readonly Signal[] = ['traces', 'logs', 'metrics'];

export const REQUEST_SCHEMAS: Readonly<Record<Signal, GenMessage<Message>>> = {
  traces: ExportTraceServiceRequestSchema,
  logs: ExportLogsServiceRequestSchema,
  metrics: ExportMetricsServiceRequestSchema,
};
