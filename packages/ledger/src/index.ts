// For applications.
export type { Call, CallCost } from './calls/call.ts';
export type { ReadOptions, SpanReading } from './calls/read-span.ts';
export type { CostSpanProcessorOptions } from './processors/cost-span-processor.ts';
export type { RepricedCost } from './cost/reprice.ts';
export type { SpanToUserOptions } from './processors/span-to-user-processor.ts';
export type { CallFigures, EvictedFigures, UserSummary } from './processors/user-summary.ts';

export { callOf, readSpan } from './calls/read-span.ts';
export { CostSpanProcessor } from './processors/cost-span-processor.ts';
export { reprice } from './cost/reprice.ts';
export { SpanToUserProcessor } from './processors/span-to-user-processor.ts';

// For integrations.
export type { AliasEvent } from './identity/aliases.ts';
export type { CostFacts, PricedFacts } from './cost/decide-cost.ts';
export type { StatedCost, StatedCostSource } from './cost/stated-cost.ts';
export type { ReadableSpanLike } from './processors/from-readable-span.ts';
export type { Profile, ProfileProp } from './identity/profile.ts';
export type { AttributeValue, Attributes, Span, SpanEvent } from './span.ts';
export type { AttributionChange } from './attribution/diff-attributions.ts';
export type { Attribution } from './attribution/resolve-trace.ts';
export type { Owner, OwnerRule, SpanOwner } from './attribution/find-owner.ts';
export type { TraceCall } from './attribution/trace-call.ts';
export type { Steps } from './attribution/steps.ts';
export type { TraceSpan } from './attribution/trace-span.ts';
export type { LogRecord } from './logs/log-record.ts';
export type { CheckedId, RefusedReason } from './identity/check-id.ts';
export type { IdentityOptions, IdentityRules } from './identity/identity-rules.ts';
export type { UserOnSpan } from './identity/user-of.ts';

export { MAX_COUNT } from './reading/read-attribute.ts';
export { checkId } from './identity/check-id.ts';
export { parsePythonLiteral } from './reading/python-literal.ts';
export { runToEnd } from './attribution/steps.ts';
export { identityRules, parseIdentity } from './identity/identity-rules.ts';
export { THREAD_KEYS } from './identity/thread-of.ts';
export { spanOfLog } from './logs/span-of-log.ts';
export { resolveAliases } from './identity/aliases.ts';
export { callKey } from './calls/call.ts';
export { FOREIGN_COST_PATTERN, currencyRate, inDollars } from './cost/foreign-cost.ts';
export { MISSING_PRICE_PATTERN, decideCost, isMissingPrice, priceRequestOf } from './cost/decide-cost.ts';
export { refusalEvidenceIn } from './cost/is-refused.ts';
export { addDecimals, exactDecimal, fromUnits, toUnits } from './cost/exact-decimal.ts';
export { fromReadableSpan } from './processors/from-readable-span.ts';
export { currentProps, mergeProfiles, profileOf } from './identity/profile.ts';
export { diffAttributions, isSameAttribution } from './attribution/diff-attributions.ts';
export { isUniqueId } from './deduplication/same-request.ts';
export {
  MACHINES_SLACK_MS,
  MAX_LINKED_TRACES,
  linkKeysOf,
  mayBeOneRequest,
  slackOfLinkKey,
} from './deduplication/may-be-one-request.ts';
export {
  ownersOf,
  resolveTrace,
  resolveTraceInSteps,
  spansOfUsers,
  spansOfUsersInSteps,
} from './attribution/resolve-trace.ts';
