/**
 * Every attribute name that Userspan writes or reads as its own, in one table.
 *
 * `gen_ai.*` follows the GenAI semantic conventions 1.41; `user.*` and `session.id` the OpenTelemetry registry;
 * `userspan.*` is ours. When a convention renames an attribute, this file is the one that changes.
 */

// Who.
export const ATTR_USER_ID = 'user.id';
export const ATTR_USER_NAME = 'user.name';
export const ATTR_USER_EMAIL = 'user.email';
/** In place of `user.id` where ids are hashed before export. */
export const ATTR_USER_HASH = 'user.hash';
/** Prefix of every other prop: `userspan.user.group`, `userspan.user.avatar`, `userspan.user.<prop>`. */
export const USER_PROP_PREFIX = 'userspan.user.';
/** `claimed` where a browser said it; absent where a server did. */
export const ATTR_USER_TRUST = 'userspan.user_trust';

// Thread. Backends read one or the other, so both are written.
export const ATTR_SESSION_ID = 'session.id';
export const ATTR_CONVERSATION_ID = 'gen_ai.conversation.id';
export const ATTR_TAGS = 'userspan.tags';

// Call and run.
export const ATTR_OPERATION_NAME = 'gen_ai.operation.name';
export const ATTR_PROVIDER_NAME = 'gen_ai.provider.name';
export const ATTR_REQUEST_MODEL = 'gen_ai.request.model';
export const ATTR_RESPONSE_MODEL = 'gen_ai.response.model';
export const ATTR_RESPONSE_ID = 'gen_ai.response.id';
export const ATTR_FINISH_REASONS = 'gen_ai.response.finish_reasons';
export const ATTR_TIME_TO_FIRST_CHUNK = 'gen_ai.response.time_to_first_chunk';
export const ATTR_AGENT_NAME = 'gen_ai.agent.name';
export const ATTR_TOOL_NAME = 'gen_ai.tool.name';
export const ATTR_TOOL_TYPE = 'gen_ai.tool.type';
export const ATTR_TOOL_CALL_ID = 'gen_ai.tool.call.id';
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
 * Usage that the conventions have no name for yet (audio, image, characters, seconds, tool calls):
 * `userspan.usage.<field of Usage in snake_case>`, for example `userspan.usage.audio_input_tokens`.
 * Never below `gen_ai.usage.`: backends read any number there as tokens.
 */
export const USAGE_PREFIX = 'userspan.usage.';
/** `true` where the counts come from the app's own estimator and not from the provider. */
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

/** Values of `gen_ai.operation.name` that name one inference request: a call. */
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
/** Values of `gen_ai.operation.name` that name a run: never priced, never counted as a call. */
export const RUN_OPERATIONS = [
  'invoke_agent',
  'create_agent',
  'invoke_workflow',
  'execute_tool',
  'retrieval',
] as const;
