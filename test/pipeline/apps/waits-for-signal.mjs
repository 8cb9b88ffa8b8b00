// Is ended by a signal, with a span that was not flushed.
import { trace } from '@opentelemetry/api';

trace.getTracer('app').startSpan('last words').end();
console.log('ready http://127.0.0.1:1');
setInterval(() => {}, 1000);
if (process.argv[2] === 'own-listener') {
  process.once('SIGTERM', () => {
    console.log('the app ends it');
    setTimeout(() => process.exit(7), 300);
  });
}
