// For applications.
export type { Call, CallCost } from './call.ts';
export type { ReadOptions, SpanReading } from './call-of.ts';
export type { CostSpanProcessorOptions } from './cost-span-processor.ts';
export type { RepricedCost } from './reprice.ts';
export type { SpanToUserOptions } from './span-to-user-processor.ts';
export type { CallFigures, UserSummary } from './user-summary.ts';

export { callOf, readSpan } from './call-of.ts';
export { CostSpanProcessor } from './cost-span-processor.ts';
export { reprice } from './reprice.ts';
export { SpanToUserProcessor } from './span-to-user-processor.ts';

// For integrations.
export type { AliasEvent } from './aliases.ts';
export type { PricedFacts } from './cost-of.ts';
export type { ReadableSpanLike } from './from-readable-span.ts';
export type { Profile, ProfileProp } from './profile.ts';
export type { AttributeValue, Attributes, Span, SpanEvent } from './span.ts';
export type { AttributionChange } from './trace/diff-attributions.ts';
export type { Attribution } from './trace/resolve-trace.ts';
export type { TraceCall, TraceSpan } from './trace/trace-span.ts';
export type { Who } from './trace/who-is-who.ts';
export type { UserOnSpan } from './user-of.ts';

export { resolveAliases } from './aliases.ts';
export { callKey } from './call.ts';
export { priceRequestOf } from './cost-of.ts';
export { addDecimals, exactDecimal, fromUnits, toUnits } from './exact-decimal.ts';
export { fromReadableSpan } from './from-readable-span.ts';
export { currentProps, mergeProfiles, profileOf } from './profile.ts';
export { diffAttributions } from './trace/diff-attributions.ts';
export { MAX_LINKED_TRACES, linkKeysOf, mayBeOneRequest } from './trace/may-be-one-request.ts';
export { resolveTrace } from './trace/resolve-trace.ts';
export { MAX_ID_LENGTH } from './user-of.ts';
