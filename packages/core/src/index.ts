// For applications.
export { bindUser } from './bind-user.ts';
export { currentUser, identify } from './identify.ts';
export { openThread, resumeThread, withThread } from './thread.ts';
export { trackFeedback } from './track-feedback.ts';
export { UserPropagator } from './user-propagator.ts';
export { UserSpanProcessor } from './user-span-processor.ts';
export { wrapAgent, wrapChain, wrapModel, wrapTool } from './wrap.ts';
export type { Feedback } from './feedback.ts';
export type { GeneratorRun } from './generator-run.ts';
export type { ModelRunOptions, RunOptions } from './run-span.ts';
export type { Run, RunControls, RunParent } from './run.ts';
export type { ThreadMessage } from './message-attributes.ts';
export type { Thread, ThreadOptions } from './thread.ts';
export type { FeedbackTarget } from './track-feedback.ts';
export type { RunOf, Wrapped } from './wrap.ts';
export type { UserId } from './identify.ts';
export type { IncomingHeaders } from './incoming-headers.ts';
export type { UserRedaction } from './redact-user.ts';
export type { SendOptions, Trust, UserPropagatorOptions } from './user-propagator.ts';
export type { User, UserProp, UserProps } from './user.ts';

// For integrations.
export { boundedJson } from './bounded-json.ts';
export { costAttributes } from './cost-attributes.ts';
export { baggageMode, isContentCaptured, setBaggageMode, setContentCapture } from './settings.ts';
export { isResponseNoted, noteResponse } from './recorded-responses.ts';
export { redactUser } from './redacting-span-exporter.ts';
export { toId, toUser } from './to-user.ts';
export { usageAttributes, usageFromAttributes } from './usage-attributes.ts';
export { propAttribute } from './prop-names.ts';
export { userAttributes, userFromAttributes } from './user-attributes.ts';
export { setThread } from './thread-context.ts';
export { toTags } from './to-tags.ts';
export { setUser, userOf, withoutUserBaggage } from './user-context.ts';
export { warnOnce } from './warn-once.ts';
export type { CostFields } from './cost-attributes.ts';
export type { RedactableSpan, SpanExporterLike } from './redacting-span-exporter.ts';
export type { ThreadScope } from './thread-context.ts';
export type { BaggageMode } from './settings.ts';
export {
  ANONYMOUS_PREFIX,
  ATTR_AGENT_NAME,
  ATTR_ALIAS_FROM,
  ATTR_CACHE_CREATION_TOKENS,
  ATTR_CACHE_READ_TOKENS,
  ATTR_CONVERSATION_ID,
  ATTR_COST,
  ATTR_COST_AS_OF,
  ATTR_COST_SOURCE,
  ATTR_COST_UNPRICED,
  ATTR_ERROR_TYPE,
  ATTR_EVENT_METADATA,
  ATTR_EVENT_NAME,
  ATTR_FEEDBACK_COMMENT,
  ATTR_FEEDBACK_SCORE,
  ATTR_FEEDBACK_TARGET,
  ATTR_FEEDBACK_TARGET_ID,
  ATTR_FEEDBACK_THUMB,
  ATTR_FINISH_REASONS,
  ATTR_INPUT_MESSAGES,
  ATTR_INPUT_TOKENS,
  ATTR_MESSAGE_CONTENT,
  ATTR_MESSAGE_EXTRA,
  ATTR_MESSAGE_ID,
  ATTR_MESSAGE_IS_RETRY,
  ATTR_MESSAGE_ROLE,
  ATTR_OPENAI_REQUEST_TIER,
  ATTR_OPENAI_RESPONSE_TIER,
  ATTR_OPERATION_NAME,
  ATTR_OUTPUT_MESSAGES,
  ATTR_OUTPUT_TOKENS,
  ATTR_OUTPUT_TYPE,
  ATTR_PARENT_ID,
  ATTR_PROVIDER_NAME,
  ATTR_REASONING_TOKENS,
  ATTR_REQUEST_MODEL,
  ATTR_RESPONSE_ID,
  ATTR_RESPONSE_MODEL,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_SESSION_ID,
  ATTR_SYSTEM_INSTRUCTIONS,
  ATTR_TAGS,
  ATTR_TIME_TO_FIRST_CHUNK,
  ATTR_TOOL_CALL_ARGUMENTS,
  ATTR_TOOL_CALL_ID,
  ATTR_TOOL_CALL_RESULT,
  ATTR_TOOL_DEFINITIONS,
  ATTR_TOOL_NAME,
  ATTR_TOOL_TYPE,
  ATTR_USAGE_ESTIMATED,
  ATTR_USER_EMAIL,
  ATTR_USER_HASH,
  ATTR_USER_ID,
  ATTR_USER_NAME,
  ATTR_USER_NONE,
  ATTR_USER_TRUST,
  ATTR_WORKFLOW_NAME,
  CALL_OPERATIONS,
  RUN_OPERATIONS,
  USAGE_PREFIX,
  USER_PROP_PREFIX,
} from './semconv.ts';
