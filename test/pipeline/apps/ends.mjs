// Ends `COUNT` spans, then has nothing more to do. `END` says how it ends: by itself, after `flush()` or `shutdown()`, or
// by `process.exit()`, by a signal, by a signal that the app answers with `process.exit()`, or with an uncaught exception.
// `PAUSE_MS` is a time before the end in which the exports of the queue's timer begin.
import { trace } from '@opentelemetry/api';
import { flush, shutdown } from '@userspan/node/auto';

const { COUNT = '1', END = 'by itself' } = process.env;
const tracer = trace.getTracer('ends');
for (let index = 0; index < Number(COUNT); index += 1) tracer.startSpan(`span ${index}`).end();
await new Promise((resolve) => setTimeout(resolve, Number(process.env.PAUSE_MS ?? 0)));
console.log('done');
if (END === 'flush') await flush();
if (END === 'shutdown') await shutdown();
if (END === 'process.exit()') process.exit(3);
if (END === 'a signal') {
  setInterval(() => {}, 1000);
  process.kill(process.pid, 'SIGTERM');
}
if (END === 'a signal, then process.exit()') {
  // As Next.js does: it closes its server and exits, whatever else the process has to do.
  process.on('SIGTERM', () => setImmediate(() => process.exit(3)));
  setInterval(() => {}, 1000);
  process.kill(process.pid, 'SIGTERM');
}
if (END === 'exception') throw new TypeError('the own exception');
if (END === 'rejection') void Promise.reject(new TypeError('the own exception'));
if (END === 'handled exception') {
  process.once('uncaughtException', () => console.log('handled'));
  throw new TypeError('the own exception');
}
