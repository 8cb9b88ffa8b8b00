import { type UserRedaction, userRedactor } from './redact-user.ts';

/** The parts of a finished span that can name a user. */
export interface RedactableSpan {
  readonly attributes: object;
  readonly events: readonly { readonly attributes?: object }[];
  readonly links: readonly { readonly attributes?: object }[];
}

/** A span exporter of SDK 2.x or 3.x. */
export interface SpanExporterLike<Span, Result> {
  export(spans: Span[], resultCallback: (result: Result) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}

/**
 * Redacts users before an exporter receives them.
 *
 * Spans are copied and not changed, so other processors and exporters see all attributes. Returns the exporter itself
 * if nothing has to be hidden.
 *
 * @throws TypeError if the options are invalid, such as `hmac` without a key.
 */
export function redactUser<Span extends RedactableSpan, Result>(
  exporter: SpanExporterLike<Span, Result>,
  redaction: UserRedaction,
): SpanExporterLike<Span, Result> {
  const redact = userRedactor(redaction);
  if (redact === undefined) return exporter;
  return {
    export: (spans, resultCallback) =>
      exporter.export(
        spans.map((span) => redactSpan(span, redact)),
        resultCallback,
      ),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

function redactSpan<Span extends RedactableSpan>(span: Span, redact: (attributes: object) => object): Span {
  const attributes = redact(span.attributes);
  const events = redactParts(span.events, redact);
  const links = redactParts(span.links, redact);
  if (attributes === span.attributes && events === span.events && links === span.links) return span;
  // All other properties, including getters and methods, are read from the span itself.
  return Object.create(span, {
    attributes: { value: attributes, enumerable: true },
    events: { value: events, enumerable: true },
    links: { value: links, enumerable: true },
  }) as Span;
}

function redactParts<Part extends { readonly attributes?: object }>(
  parts: readonly Part[],
  redact: (attributes: object) => object,
): readonly Part[] {
  let changed = false;
  const redacted = parts.map((part) => {
    if (part.attributes === undefined) return part;
    const attributes = redact(part.attributes);
    if (attributes === part.attributes) return part;
    changed = true;
    return { ...part, attributes };
  });
  return changed ? redacted : parts;
}
