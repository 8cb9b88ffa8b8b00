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

/** Whether `warnWithoutProcessor` may have something to say about a span of a user. */
export function isProcessorMissing(span: Span): boolean {
  return !hasWarned && localTraceOf(span) === undefined && span.isRecording() && !isBesideAnotherSdk();
}

/**
 * Warns once where a span of a user was started by a tracer provider without `UserSpanProcessor`: apps that set up
 * OpenTelemetry themselves forget it easily. Without a `diag` logger it is a process warning.
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
