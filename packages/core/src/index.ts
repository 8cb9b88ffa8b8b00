// For applications.
export { bindUser } from './user/bind-user.ts';
export { currentUser, identify } from './user/identify.ts';
export { openThread, resumeThread, withThread } from './threads/thread.ts';
export { trackFeedback } from './threads/track-feedback.ts';
export { UserPropagator } from './propagation/user-propagator.ts';
export { UserSpanProcessor } from './user/user-span-processor.ts';
export { redactUser } from './redaction/redacting-span-exporter.ts';
export { setBaggageMode, setContentCapture } from './process/process-settings.ts';
export { wrapAgent, wrapChain, wrapModel, wrapTool } from './runs/wrap.ts';
export type { BaggageMode } from './process/process-settings.ts';
export type { Feedback } from './threads/feedback.ts';
export type { FeedbackTarget } from './threads/track-feedback.ts';
export type { GeneratorRun } from './runs/generator-run.ts';
export type { IncomingHeaders } from './propagation/incoming-headers.ts';
export type { ModelRunOptions, RunOptions } from './runs/run-span.ts';
export type { RedactableSpan, SpanExporterLike } from './redaction/redacting-span-exporter.ts';
export type { Run, RunControls, RunParent } from './runs/run.ts';
export type { RunOf, Wrapped } from './runs/wrap.ts';
export type { SendOptions, Trust, UserPropagatorOptions } from './propagation/user-propagator.ts';
export type { Thread, ThreadOptions } from './threads/thread.ts';
export type { ThreadMessage } from './threads/message-attributes.ts';
export type { User, UserProp, UserProps } from './user/user.ts';
export type { UserId } from './user/identify.ts';
export type { UserRedaction } from './redaction/redact-user.ts';

// For integrations: instrumentations and exporters that record calls for the current user.
export { costAttributes } from './runs/cost-attributes.ts';
export { isContentCaptured } from './process/process-settings.ts';
export { setThread } from './context/thread-context.ts';
export { setUser, userOf, withoutUserBaggage } from './user/user-context.ts';
export { usageAttributes } from './runs/usage-attributes.ts';
export { userAttributes, userFromAttributes } from './user/user-attributes.ts';
export type { CostFields } from './runs/cost-attributes.ts';
export type { ThreadScope } from './context/thread-context.ts';
