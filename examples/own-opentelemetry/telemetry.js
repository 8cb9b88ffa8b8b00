import { register } from 'node:module';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { UserPropagator, UserSpanProcessor } from '@userspan/core';
import { CostSpanProcessor } from '@userspan/ledger';
import { OpenAIInstrumentation } from '@userspan/openai';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url); // needed by all instrumentations of ES modules

const yours = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});

export const provider = new NodeTracerProvider({
  spanProcessors: [
    new UserSpanProcessor(), // 1: adds the user to each span
    new CostSpanProcessor(), // 2: adds the cost to each call, also of other instrumentations
    new BatchSpanProcessor(new OTLPTraceExporter()),
  ],
});
provider.register({ propagator: new UserPropagator(yours) }); // 3: sends the user to no other host by default
registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()] }); // 4: records OpenAI calls with tokens and cost
