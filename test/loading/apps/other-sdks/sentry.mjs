import * as Sentry from '@sentry/node';

Sentry.init({ dsn: 'http://k@127.0.0.1:9/1', skipOpenTelemetrySetup: true });
