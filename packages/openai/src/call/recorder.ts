import type { Tracer } from '@opentelemetry/api';

import type { ResolvedOptions } from '../options.ts';
import type { CallMetrics } from '../metrics/call-metrics.ts';

/** Where calls are recorded, and how. An instrumentation owns one; it changes when providers or options do. */
export interface Recorder {
  readonly isEnabled: boolean;
  readonly tracer: Tracer;
  readonly metrics: CallMetrics;
  readonly options: ResolvedOptions;
}
