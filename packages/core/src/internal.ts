/**
 * Functions of this package that the other `@userspan/*` packages use. Not part of the public API: it can change in any
 * release, and these packages are released together.
 */
export { providerBesideAnotherSdk, localTraceLinker } from './user/beside-another-sdk.ts';
export { currentSpan, setCurrentSpan, setOwnTracerProvider, tracerOf } from './process/own-provider.ts';
export { baggageMode } from './process/process-settings.ts';
export {
  MAX_ID_LENGTH,
  MAX_PROPS,
  MAX_PROPS_LENGTH,
  MAX_PROP_LENGTH,
  MAX_PROP_NAME_LENGTH,
} from './user/identity-limits.ts';
export { boundedJson } from './text/bounded-json.ts';
export {
  failureIdOf,
  isResponseRecorded,
  recordFailure,
  recordResponse,
} from './process/recorded-responses.ts';
export { processState } from './process/process-state.ts';
export { propAttribute } from './user/prop-names.ts';
export { toId, toUser } from './user/to-user.ts';
export { threadIn } from './context/thread-context.ts';
export { sha256 } from './text/sha256.ts';
export { toTags } from './text/tags.ts';
export { cacheWritesOf } from './runs/cache-writes.ts';
export { setCost } from './runs/cost-attributes.ts';
export { setUsage, usageFromAttributes } from './runs/usage-attributes.ts';
export { isFetchObserved, isHttpObserved, isMethod } from './process/request-observers.ts';
export { warnOnce } from './process/warn-once.ts';
export { isProcessorMissing, warnWithoutProcessor } from './user/missing-processor.ts';
