import type { Attributes, Context, Span, SpanContext } from '@opentelemetry/api';

import { ownTracer } from '../process/own-provider.ts';
import { warnOnce } from '../process/warn-once.ts';

/**
 * Records something that happened at one moment as a span without duration. A span event would need an active span, and
 * not every backend stores events.
 *
 * @returns the ended span; undefined if the SDK threw.
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
