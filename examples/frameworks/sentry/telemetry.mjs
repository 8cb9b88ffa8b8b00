import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import * as Sentry from '@sentry/node';
import { UserSpanProcessor } from '@userspan/core';
import { CostSpanProcessor } from '@userspan/ledger';
import { OpenAIInstrumentation } from '@userspan/openai';

const batch = new BatchSpanProcessor({ exporter: new OTLPTraceExporter() });
Sentry.init({
  dsn: process.env.SENTRY_DSN,
  tracesSampleRate: 1,
  openTelemetryInstrumentations: [new OpenAIInstrumentation()],
  openTelemetrySpanProcessors: [new UserSpanProcessor(), new CostSpanProcessor(), batch],
});
process.once('beforeExit', () => void batch.forceFlush());
