import type { Tracer } from '@opentelemetry/api';

import type { ResolvedOptions } from '../options.ts';
import type { CallMetrics } from '../metrics/call-metrics.ts';

/** Where and how calls are recorded. Each instrumentation has one, which is updated when providers or options change. */
export interface Recorder {
  readonly isEnabled: boolean;
  readonly tracer: Tracer;
  readonly metrics: CallMetrics;
  readonly options: ResolvedOptions;
}
