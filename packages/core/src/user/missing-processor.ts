import { diag } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';

import { diagSink } from '../process/api-registry.ts';
import { isBesideAnotherSdk } from '../process/own-provider.ts';
import { localTraceOf } from './local-trace.ts';

interface WarningProcess {
  readonly emitWarning?: (message: string, options: { readonly code: string }) => void;
}

const MESSAGE =
  'userspan: identify() named a user, and the spans do not carry it, because no UserSpanProcessor sees them start. Add it to ' +
  'the spanProcessors of your tracer provider: new UserSpanProcessor() from @userspan/core, before the one that exports.';

let hasWarned = false;

/** Quick check whether `warnWithoutProcessor` has to be called for a span of a user. */
export function isProcessorMissing(span: Span): boolean {
  return !hasWarned && localTraceOf(span) === undefined && span.isRecording() && !isBesideAnotherSdk();
}

/**
 * Warns once if the tracer provider of a user's span has no `UserSpanProcessor`, which is easily forgotten in apps that
 * set up OpenTelemetry themselves. Without a `diag` logger it emits a process warning.
 */
export function warnWithoutProcessor(span: Span): void {
  if (!isProcessorMissing(span)) return;
  hasWarned = true;
  if (diagSink() !== undefined) {
    diag.warn(MESSAGE);
    return;
  }
  const { process } = globalThis as { readonly process?: WarningProcess };
  process?.emitWarning?.(MESSAGE, { code: 'USERSPAN_NO_PROCESSOR' });
}
