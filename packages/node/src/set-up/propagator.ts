import { diag } from '@opentelemetry/api';
import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Environment } from '../environment.ts';

/** The propagators that `OTEL_PROPAGATORS` names; W3C trace context and baggage by default. */
export function standardPropagator(env: Environment): TextMapPropagator {
  const names = (env['OTEL_PROPAGATORS']?.trim() || 'tracecontext,baggage')
    .split(',')
    .map((name) => name.trim());
  const propagators: TextMapPropagator[] = [];
  for (const name of names) {
    if (name === 'tracecontext') propagators.push(new W3CTraceContextPropagator());
    else if (name === 'baggage') propagators.push(new W3CBaggagePropagator());
    else if (name !== 'none') {
      diag.warn(
        `userspan: OTEL_PROPAGATORS names ${name}, which register() does not support; it supports tracecontext, baggage and none.`,
      );
    }
  }
  return new CompositePropagator({ propagators });
}
