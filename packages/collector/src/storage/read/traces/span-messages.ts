import { ATTR_INPUT_MESSAGES, ATTR_OUTPUT_MESSAGES, ATTR_SYSTEM_INSTRUCTIONS } from '@userspan/core/semconv';

/** The messages of a call if content was captured, as JSON or text, depending on its dialect. */
export interface Messages {
  readonly system: unknown;
  readonly input: unknown;
  readonly output: unknown;
}

type Attributes = Readonly<Record<string, unknown>>;

/**
 * Attributes with the messages of a call in all dialects: the conventions, OpenLIT, Vercel AI, OpenInference, Langfuse,
 * LangSmith.
 */
export const MESSAGE_ATTRIBUTES: Readonly<Record<keyof Messages, readonly string[]>> = {
  system: [ATTR_SYSTEM_INSTRUCTIONS],
  input: [
    ATTR_INPUT_MESSAGES,
    'gen_ai.prompt',
    'ai.prompt.messages',
    'ai.prompt',
    'langfuse.observation.input',
    'input.value',
  ],
  output: [
    ATTR_OUTPUT_MESSAGES,
    'gen_ai.completion',
    'ai.response.text',
    'ai.response.toolCalls',
    'langfuse.observation.output',
    'output.value',
  ],
};

/** Prefixes in dialects that write an attribute for each field of each message: `gen_ai.prompt.0.role`. */
const INDEXED: Readonly<Record<'input' | 'output', readonly string[]>> = {
  input: ['llm.input_messages', 'gen_ai.prompt'],
  output: ['llm.output_messages', 'gen_ai.completion'],
};

const MAX_INDEXED = 1_000;

/** Reads the messages of a call from its span; `undefined` if no content was captured. */
export function messagesOf(attributes: Attributes): Messages | undefined {
  const read = (part: 'input' | 'output'): unknown =>
    indexedMessages(attributes, INDEXED[part]) ?? firstOf(attributes, MESSAGE_ATTRIBUTES[part]);
  const input =
    attributes[ATTR_INPUT_MESSAGES] === undefined ? read('input') : parsed(attributes[ATTR_INPUT_MESSAGES]);
  const output =
    attributes[ATTR_OUTPUT_MESSAGES] === undefined
      ? read('output')
      : parsed(attributes[ATTR_OUTPUT_MESSAGES]);
  const system = firstOf(attributes, MESSAGE_ATTRIBUTES.system);
  if (input === null && output === null && system === null) {
    return undefined;
  }
  return { system, input, output };
}

function firstOf(attributes: Attributes, names: readonly string[]): unknown {
  const name = names.find((each) => Object.hasOwn(attributes, each));
  return name === undefined ? null : unwrapped(parsed(attributes[name]));
}

/** Returns the messages inside a request, because some instrumentations record the whole request. */
function unwrapped(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return value['messages'] ?? value['choices'] ?? value;
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? null;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function indexedMessages(attributes: Attributes, prefixes: readonly string[]): unknown[] | undefined {
  for (const prefix of prefixes) {
    const messages: Record<string, unknown>[] = [];
    for (const [name, value] of Object.entries(attributes)) {
      if (!name.startsWith(`${prefix}.`)) continue;
      const [index = '', ...rest] = name
        .slice(prefix.length + 1)
        .replace('.message.', '.')
        .split('.');
      if (!/^\d{1,3}$/.test(index) || Number(index) >= MAX_INDEXED) continue;
      const message = (messages[Number(index)] ??= {});
      put(message, rest, value);
    }
    const found = messages.filter((message) => message !== undefined).map(toMessage);
    if (found.length > 0) return found;
  }
  return undefined;
}

/**
 * Sets a field by its path. Tool calls have a further index: `tool_calls.0.name`,
 * `tool_calls.0.tool_call.function.name`.
 */
function put(message: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [field = '', index, ...rest] = path;
  if (field !== 'tool_calls' || index === undefined) {
    message[path.join('.')] = value;
    return;
  }
  const calls = (message['tool_calls'] ??= {}) as Record<string, Record<string, unknown>>;
  const call = (calls[index] ??= {});
  const last = rest.at(-1);
  if (last !== undefined && ['id', 'name', 'arguments'].includes(last)) call[last] = value;
}

function toMessage(message: Record<string, unknown>): Record<string, unknown> {
  const { role, content, tool_calls: toolCalls, tool_call_id: toolCallId } = message;
  return {
    role,
    content,
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
    ...(isRecord(toolCalls)
      ? { tool_calls: Object.values(toolCalls).map((call) => ({ type: 'function', ...(call as object) })) }
      : {}),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
