import { diag } from '@opentelemetry/api';

import { diagSink } from './api-registry.ts';
import { processState } from './process-state.ts';

const WARNED: unique symbol = Symbol.for('userspan.warned.1') as never;

/**
 * Logs a warning once per `diag` logger.
 *
 * If the app sets another logger later, that logger gets the warning, too. `reason` is a constant, never made from a
 * value: values can be personal, and the set must stay small.
 */
export function warnOnce(reason: string, message: string): void {
  const sink = diagSink();
  if (sink === undefined) return;
  const warned = processState(WARNED, () => new WeakMap<object, Set<string>>());
  let reasons = warned.get(sink);
  if (reasons === undefined) {
    reasons = new Set();
    warned.set(sink, reasons);
  }
  if (reasons.has(reason)) return;
  reasons.add(reason);
  diag.warn(`userspan: ${message}`);
}
