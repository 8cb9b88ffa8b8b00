import * as Sentry from '@sentry/node';
import { instrumentations, spanProcessors } from './own-pieces.mjs';

Sentry.init({
  dsn: 'http://k@127.0.0.1:9/1',
  tracesSampleRate: 1,
  openTelemetryInstrumentations: instrumentations,
  openTelemetrySpanProcessors: spanProcessors,
});
