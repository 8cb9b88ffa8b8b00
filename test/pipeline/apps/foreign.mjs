// An app with its own OpenTelemetry SDK that also calls register().
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { register } from '@userspan/node';

new NodeTracerProvider().register();
register();
await import('./ask.mjs');
