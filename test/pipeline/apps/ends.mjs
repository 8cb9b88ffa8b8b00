// Ends `COUNT` spans, then has nothing more to do. `END` says how it ends: by itself, after `flush()` or `shutdown()`, or
// with an uncaught exception.
import { trace } from '@opentelemetry/api';
import { flush, shutdown } from '@userspan/node/auto';

const { COUNT = '1', END = 'by itself' } = process.env;
const tracer = trace.getTracer('ends');
for (let index = 0; index < Number(COUNT); index += 1) tracer.startSpan(`span ${index}`).end();
console.log('done');
if (END === 'flush') await flush();
if (END === 'shutdown') await shutdown();
if (END === 'exception') throw new TypeError('the own exception');
if (END === 'rejection') void Promise.reject(new TypeError('the own exception'));
if (END === 'handled exception') {
  process.once('uncaughtException', () => console.log('handled'));
  throw new TypeError('the own exception');
}
