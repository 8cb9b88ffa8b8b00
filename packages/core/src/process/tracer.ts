import type { Tracer } from '@opentelemetry/api';
import { trace } from '@opentelemetry/api';

import { VERSION } from './version.ts';

/** The tracer of this package's own spans: runs, messages, events and feedback. Asked for each time, as set-ups change. */
export function ownTracer(): Tracer {
  return trace.getTracer('@userspan/core', VERSION);
}
