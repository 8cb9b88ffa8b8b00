export type { AttributeValue, Attributes, Span, SpanEvent } from './span.ts';
