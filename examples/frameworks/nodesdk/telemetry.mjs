import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace'; // SDK 2.12 and newer
import { UserPropagator, UserSpanProcessor } from '@userspan/core';
import { CostSpanProcessor } from '@userspan/ledger';
import { OpenAIInstrumentation } from '@userspan/openai';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

const sdk = new NodeSDK({
  spanProcessors: [
    new UserSpanProcessor(),
    new CostSpanProcessor(),
    new BatchSpanProcessor({ exporter: new OTLPTraceExporter() }), // your own exporters stay as they are
  ],
  textMapPropagator: new UserPropagator(new W3CTraceContextPropagator()), // sends no user to other hosts
  // OpenTelemetry's own instrumentation of `openai` would record each call too. The call would still count once, but take more time.
  instrumentations: [
    getNodeAutoInstrumentations({ '@opentelemetry/instrumentation-openai': { enabled: false } }),
    new OpenAIInstrumentation(),
  ],
});
sdk.start();
process.once('beforeExit', () => void sdk.shutdown());
