// A set-up of its own that comes after ours: OpenTelemetry keeps the first, and says so on the console.
import { diag, DiagLogLevel } from '@opentelemetry/api';
import * as Sentry from '@sentry/node';

diag.setLogger(
  { verbose() {}, debug() {}, info() {}, warn() {}, error() {} },
  { logLevel: DiagLogLevel.NONE, suppressOverrideMessage: true },
);
Sentry.init({ dsn: 'http://k@127.0.0.1:9/1', tracesSampleRate: 1 });
