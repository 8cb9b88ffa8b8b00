import { register } from 'node:module';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { UserPropagator, UserSpanProcessor } from '@userspan/core';
import { CostSpanProcessor } from '@userspan/ledger';
import { OpenAIInstrumentation } from '@userspan/openai';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url); // as for every instrumentation of an ES module

const yours = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});

export const provider = new NodeTracerProvider({
  spanProcessors: [
    new UserSpanProcessor(), // 1: who each span is for
    new CostSpanProcessor(), // 2: what each call cost, whoever made its span
    new BatchSpanProcessor(new OTLPTraceExporter()),
  ],
});
provider.register({ propagator: new UserPropagator(yours) }); // 3: the user leaves nowhere by accident
registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()] }); // 4: tokens and cost of OpenAI calls
