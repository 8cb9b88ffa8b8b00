// Sentry with its own OpenTelemetry.
import * as Sentry from '@sentry/node';

Sentry.init({ dsn: process.env.SENTRY_DSN, tracesSampleRate: Number(process.env.SAMPLE_RATE ?? 1) });
globalThis.flushSpans = () => Sentry.flush(2000);
process.once('beforeExit', globalThis.flushSpans);
