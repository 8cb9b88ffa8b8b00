// Sentry 11 with its OpenTelemetry, which it sets up only on request.
import * as Sentry from 'sentry11';

Sentry.init({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 1, enableOpenTelemetrySetup: true });
globalThis.flushSpans = () => Sentry.flush(2000);
process.once('beforeExit', globalThis.flushSpans);
