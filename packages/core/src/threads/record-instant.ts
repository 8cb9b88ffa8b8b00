import type { Attributes, Context, Span, SpanContext } from '@opentelemetry/api';

import { ownTracer } from '../process/own-provider.ts';
import { warnOnce } from '../process/warn-once.ts';

/**
 * Records something that happened at one instant, as a span of no length. A span and not an event, because there may be
 * no span to put an event on, and backends keep spans.
 *
 * @returns the span, ended; undefined when the SDK threw.
 */
export function recordInstant(
  name: string,
  attributes: Attributes,
  context: Context,
  about: readonly SpanContext[] = [],
  beforeEnd?: (span: Span) => void,
): Span | undefined {
  try {
    const links = about.map((spanContext) => ({ context: spanContext }));
    const startTime = Date.now();
    const span = ownTracer().startSpan(name, { attributes, links, startTime }, context);
    beforeEnd?.(span);
    span.end(startTime);
    return span;
  } catch {
    warnOnce(
      'span-throws',
      'the OpenTelemetry SDK threw while a message, event or feedback was recorded; the app continues.',
    );
    return undefined;
  }
}
