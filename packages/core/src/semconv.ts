/**
 * All attribute names that Userspan writes, or reads as its own.
 *
 * `gen_ai.*` follows the GenAI semantic conventions 1.41; `user.*` and `session.id` the OpenTelemetry registry;
 * `userspan.*` is ours. If a convention renames an attribute, only this file changes.
 */

// User.
export const ATTR_USER_ID = 'user.id';
export const ATTR_USER_NAME = 'user.name';
export const ATTR_USER_EMAIL = 'user.email';
/** Replaces `user.id` if ids are hashed before export. */
export const ATTR_USER_HASH = 'user.hash';
/** The tenant in baggage of Datadog's RUM. Read, never written. */
export const ATTR_ACCOUNT_ID = 'account.id';
/** Prefix of every other prop: `userspan.user.group`, `userspan.user.avatar`, `userspan.user.<prop>`. */
export const USER_PROP_PREFIX = 'userspan.user.';
/** `claimed` where the user comes from a browser; absent where it comes from a server. */
export const ATTR_USER_TRUST = 'userspan.user_trust';
/** `true` if the app explicitly set no user for a span. Readers then do not use the user of its ancestors. */
export const ATTR_USER_NONE = 'userspan.user_none';
/**
 * `call` if the app named the user for this single call, as LangChain's metadata does. Such a user takes precedence
 * over one that another record of the same call inherited from its context.
 */
export const ATTR_USER_SOURCE = 'userspan.user_source';
/** Another id of the same person: the anonymous id that a browser used before its user was known. */
export const ATTR_ALIAS_FROM = 'userspan.alias.from';
/** Prefix of the anonymous ids of `@userspan/web`. An unverified alias is accepted only for ids with this prefix. */
export const ANONYMOUS_PREFIX = 'anon_';

// Thread. Some backends read one attribute and some the other, so both are written.
export const ATTR_SESSION_ID = 'session.id';
export const ATTR_CONVERSATION_ID = 'gen_ai.conversation.id';
export const ATTR_TAGS = 'userspan.tags';

// `trackMessage`, `trackEvent` and `trackFeedback` each record one span without duration.
/** On a message. */
export const ATTR_MESSAGE_ID = 'userspan.message.id';
/** `user`, `assistant`, `system`, `tool`, or the app's own value. */
export const ATTR_MESSAGE_ROLE = 'userspan.message.role';
/** Opt-in, with the rest of the content. */
export const ATTR_MESSAGE_CONTENT = 'userspan.message.content';
/** `true` if the user asked again for an answer. */
export const ATTR_MESSAGE_IS_RETRY = 'userspan.message.is_retry';
/** JSON of the other properties of a message. */
export const ATTR_MESSAGE_EXTRA = 'userspan.message.extra';
/** On an event of a thread. */
export const ATTR_EVENT_NAME = 'userspan.event.name';
/** JSON of the properties of an event. */
export const ATTR_EVENT_METADATA = 'userspan.event.metadata';
/** On feedback, or on the message that has it: `up` or `down`. */
export const ATTR_FEEDBACK_THUMB = 'userspan.feedback.thumb';
export const ATTR_FEEDBACK_COMMENT = 'userspan.feedback.comment';
/** A number on the app's own scale. */
export const ATTR_FEEDBACK_SCORE = 'userspan.feedback.score';
/** What feedback is about: `message`, `run` or `thread`. */
export const ATTR_FEEDBACK_TARGET = 'userspan.feedback.target';
/** Id of the target: of a message, of a run (`<trace id>-<span id>`), or of a thread. */
export const ATTR_FEEDBACK_TARGET_ID = 'userspan.feedback.target_id';
/** The id given to `run.setParent(id)`, if it is not the id of a span. Connects a run with a message from a browser. */
export const ATTR_PARENT_ID = 'userspan.parent_id';

// Call and run.
export const ATTR_OPERATION_NAME = 'gen_ai.operation.name';
export const ATTR_PROVIDER_NAME = 'gen_ai.provider.name';
export const ATTR_REQUEST_MODEL = 'gen_ai.request.model';
export const ATTR_RESPONSE_MODEL = 'gen_ai.response.model';
export const ATTR_RESPONSE_ID = 'gen_ai.response.id';
/** The same on all records of one failed call, which has no response and so no response id. */
export const ATTR_FAILURE_ID = 'userspan.failure_id';
export const ATTR_FINISH_REASONS = 'gen_ai.response.finish_reasons';
export const ATTR_TIME_TO_FIRST_CHUNK = 'gen_ai.response.time_to_first_chunk';
export const ATTR_AGENT_NAME = 'gen_ai.agent.name';
export const ATTR_TOOL_NAME = 'gen_ai.tool.name';
export const ATTR_TOOL_TYPE = 'gen_ai.tool.type';
export const ATTR_TOOL_CALL_ID = 'gen_ai.tool.call.id';
/** Opt-in, with the rest of the content. */
export const ATTR_TOOL_CALL_ARGUMENTS = 'gen_ai.tool.call.arguments';
/** Opt-in, with the rest of the content. */
export const ATTR_TOOL_CALL_RESULT = 'gen_ai.tool.call.result';
export const ATTR_WORKFLOW_NAME = 'gen_ai.workflow.name';
/** On the span of a handoff: the agent that gives the conversation away, and the one that goes on with it. */
export const ATTR_HANDOFF_FROM = 'userspan.handoff.from';
export const ATTR_HANDOFF_TO = 'userspan.handoff.to';
/** On the span of a guardrail: whether it stopped the run. */
export const ATTR_GUARDRAIL_TRIGGERED = 'userspan.guardrail.triggered';
export const ATTR_OUTPUT_TYPE = 'gen_ai.output.type';
export const ATTR_OPENAI_REQUEST_TIER = 'openai.request.service_tier';
export const ATTR_OPENAI_RESPONSE_TIER = 'openai.response.service_tier';
export const ATTR_SERVER_ADDRESS = 'server.address';
export const ATTR_SERVER_PORT = 'server.port';
export const ATTR_ERROR_TYPE = 'error.type';

// Usage, in tokens. Input includes cached, output includes reasoning.
export const ATTR_INPUT_TOKENS = 'gen_ai.usage.input_tokens';
export const ATTR_OUTPUT_TOKENS = 'gen_ai.usage.output_tokens';
export const ATTR_CACHE_READ_TOKENS = 'gen_ai.usage.cache_read.input_tokens';
export const ATTR_CACHE_CREATION_TOKENS = 'gen_ai.usage.cache_creation.input_tokens';
export const ATTR_REASONING_TOKENS = 'gen_ai.usage.reasoning.output_tokens';
/**
 * Usage for which the conventions have no names yet (audio, image, characters, seconds, tool calls):
 * `userspan.usage.<field of Usage in snake_case>`, for example `userspan.usage.audio_input_tokens`. Never below
 * `gen_ai.usage.`: backends read any number there as tokens.
 */
export const USAGE_PREFIX = 'userspan.usage.';
/** `true` if the counts are an estimate of the app and not from the provider. */
export const ATTR_USAGE_ESTIMATED = 'userspan.usage.estimated';

// Cost, on calls only.
/** US dollars, a double. */
export const ATTR_COST = 'gen_ai.usage.cost';
/** `list`, `custom` or `provider`. */
export const ATTR_COST_SOURCE = 'userspan.cost.source';
/** Date of the price, `YYYY-MM-DD`. */
export const ATTR_COST_AS_OF = 'userspan.cost.as_of';
/** Why there is no cost. */
export const ATTR_COST_UNPRICED = 'userspan.cost.unpriced';

// Content, opt-in, as JSON strings.
export const ATTR_INPUT_MESSAGES = 'gen_ai.input.messages';
export const ATTR_OUTPUT_MESSAGES = 'gen_ai.output.messages';
export const ATTR_SYSTEM_INSTRUCTIONS = 'gen_ai.system_instructions';
export const ATTR_TOOL_DEFINITIONS = 'gen_ai.tool.definitions';

/** Values of `gen_ai.operation.name` that mean one inference request, a call. */
export const CALL_OPERATIONS = [
  'chat',
  'generate_content',
  'text_completion',
  'embeddings',
  'image_generation',
  'speech',
  'transcription',
  'translation',
  'moderation',
] as const;
/** Values of `gen_ai.operation.name` that mean a run, which is never priced and never counted as a call. */
export const RUN_OPERATIONS = [
  'invoke_agent',
  'create_agent',
  'invoke_workflow',
  'execute_tool',
  'retrieval',
] as const;
