// An app with an OpenTelemetry SDK of its own that calls register() all the same.
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { register } from '@userspan/node';

new NodeTracerProvider().register();
register();
await import('./ask.mjs');
