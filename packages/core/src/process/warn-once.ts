import { diag } from '@opentelemetry/api';

import { diagSink } from './api-registry.ts';

const said = new WeakMap<object, Set<string>>();

/**
 * Says a thing once to each logger that `diag` has had.
 *
 * Keyed by logger, so that a warning from before `diag.setLogger` is not lost for good. `reason` is a constant, never
 * made from a value: values may be personal, and the set must stay small.
 */
export function warnOnce(reason: string, message: string): void {
  const sink = diagSink();
  if (sink === undefined) return;
  let reasons = said.get(sink);
  if (reasons === undefined) {
    reasons = new Set();
    said.set(sink, reasons);
  }
  if (reasons.has(reason)) return;
  reasons.add(reason);
  diag.warn(`userspan: ${message}`);
}
