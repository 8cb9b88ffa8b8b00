import { diag, propagation } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { UserPropagator, UserSpanProcessor, setBaggageMode } from '@userspan/core';
import { register } from '@userspan/node';
import { OpenAIInstrumentation } from '@userspan/openai';

export const exporter = new InMemorySpanExporter();
/** What `diag` logged. */
export const warnings = [];

const instrumentations = () => [new HttpInstrumentation(), new UndiciInstrumentation()];
const w3c = () =>
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] });

/** For apps without a loader hook: `manuallyInstrument(OpenAI)`. */
export const openaiInstrumentation = new OpenAIInstrumentation();

/** An app's own OpenTelemetry set-up, with only Userspan's processor and OpenAI instrumentation. */
function own(propagator) {
  const provider = new NodeTracerProvider({
    spanProcessors: [new UserSpanProcessor(), new SimpleSpanProcessor(exporter)],
  });
  provider.register({ propagator });
  registerInstrumentations({ instrumentations: [...instrumentations(), openaiInstrumentation] });
  return () => provider.forceFlush();
}

const setUps = {
  'register()': () => register({ exporter, instrumentations: instrumentations() }).flush,
  'register(), sending to one host': (internal) =>
    register({ exporter, instrumentations: instrumentations(), send: { to: [internal] } }).flush,
  "another SDK's set-up": () => own(w3c()),
  "another SDK's set-up with unguarded baggage": () => own(new W3CBaggagePropagator()),
  "another SDK's set-up with the baggage guard": () => own(new UserPropagator(w3c())),
  "another SDK's set-up that always sends baggage": () => {
    setBaggageMode('always');
    return own(new W3CBaggagePropagator());
  },
  "another SDK's set-up after ours": () => {
    const flush = register({ exporter, instrumentations: instrumentations() }).flush;
    propagation.disable();
    propagation.setGlobalPropagator(w3c());
    return flush;
  },
};

/** Sets OpenTelemetry up in the way named; returns what flushes it. */
export function setUp(name, internal) {
  diag.setLogger(
    {
      error: (line) => warnings.push(line),
      warn: (line) => warnings.push(line),
      info() {},
      debug() {},
      verbose() {},
    },
    { suppressOverrideMessage: true },
  );
  return setUps[name](internal);
}
