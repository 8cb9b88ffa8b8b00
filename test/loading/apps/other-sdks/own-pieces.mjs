// What README, "With your own OpenTelemetry", adds to a set-up.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { CostSpanProcessor, OpenAIInstrumentation, UserSpanProcessor } from '@userspan/node';

const isEnabled = process.env.USERSPAN_ENABLED !== 'false';
const batch = new BatchSpanProcessor(
  new OTLPTraceExporter({ url: `${process.env.USERSPAN_ENDPOINT}/v1/traces` }),
);
export const spanProcessors = isEnabled ? [new UserSpanProcessor(), new CostSpanProcessor(), batch] : [];
export const instrumentations = isEnabled ? [new OpenAIInstrumentation()] : [];
globalThis.flushSpans = () => batch.forceFlush();
process.once('beforeExit', globalThis.flushSpans);
