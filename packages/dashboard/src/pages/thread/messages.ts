import { jsonText } from '../../format/json-text.ts';
import { plainValue } from '../../format/plain-value.ts';

/** A tool call of a model. */
export interface ToolCall {
  readonly id: string | undefined;
  readonly name: string;
  /** JSON, or the original text. */
  readonly args: string;
}

/** The result of a tool call. */
export interface ToolResult {
  readonly id: string | undefined;
  readonly result: string;
  readonly isError: boolean;
}

/** A captured message: its text, tool calls and tool results. */
export interface Message {
  readonly role: string;
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly toolResults: readonly ToolResult[];
}

type Value = Readonly<Record<string, unknown>>;

interface Parts {
  readonly texts: string[];
  readonly toolCalls: ToolCall[];
  readonly toolResults: ToolResult[];
}

/**
 * Parses captured messages in the formats of the GenAI conventions, OpenAI's two APIs and Anthropic's API, as plain
 * text, or as JSON of any of them. Other values are shown unchanged.
 */
export function readMessages(value: unknown, role: string): readonly Message[] {
  const parsed = parseMaybe(value);
  if (parsed === undefined || parsed === null || parsed === '') return [];
  const list: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return list.flatMap((one) => {
    const message = readMessage(one, role);
    const isEmpty = message.text === '' && message.toolCalls.length === 0 && message.toolResults.length === 0;
    return isEmpty ? [] : [message];
  });
}

function readMessage(value: unknown, role: string): Message {
  const parts: Parts = { texts: [], toolCalls: [], toolResults: [] };
  if (!isRecord(value)) {
    readPart(value, parts);
    return messageOf(role, parts);
  }
  const inner = isRecord(value['message']) ? value['message'] : value;
  const ownRole = typeof inner['role'] === 'string' ? inner['role'] : undefined;
  if (ownRole === 'tool' || ownRole === 'function') {
    readToolMessage(inner, parts);
    return messageOf('tool', parts);
  }
  if (readToolPart(inner, parts)) {
    return messageOf(parts.toolCalls.length > 0 ? 'assistant' : 'tool', parts);
  }
  const content = inner['content'] ?? inner['parts'] ?? inner['text'];
  for (const call of listOf(inner['tool_calls'])) {
    readToolPart(call, parts);
  }
  if (content !== undefined && content !== null) {
    readPart(content, parts);
  } else if (typeof inner['refusal'] === 'string') {
    parts.texts.push(inner['refusal']);
  } else if (parts.toolCalls.length === 0 && ownRole === undefined) {
    parts.texts.push(jsonText(inner, 2));
  }
  return messageOf(ownRole ?? role, parts);
}

function messageOf(role: string, { texts, toolCalls, toolResults }: Parts): Message {
  const onlyResults = texts.length === 0 && toolCalls.length === 0 && toolResults.length > 0;
  return {
    role: onlyResults ? 'tool' : role,
    text: texts.filter((text) => text !== '').join('\n'),
    toolCalls,
    toolResults,
  };
}

/** Reads a message with the role `tool`. Its content is the result, unless it has parts that are tool results. */
function readToolMessage(message: Value, parts: Parts): void {
  const content = message['content'] ?? message['parts'] ?? message['result'];
  for (const part of listOf(content)) {
    if (isRecord(part)) readToolPart(part, parts);
  }
  if (parts.toolResults.length === 0) {
    const inner: Parts = { texts: [], toolCalls: [], toolResults: [] };
    readPart(content, inner);
    parts.toolResults.push({
      id: textOf(message, ['tool_call_id', 'id', 'name']),
      result: inner.texts.join('\n'),
      isError: false,
    });
  }
}

function readPart(value: unknown, parts: Parts): void {
  if (typeof value === 'string') {
    parts.texts.push(value);
  } else if (Array.isArray(value)) {
    for (const one of value) readPart(one, parts);
  } else if (isRecord(value)) {
    if (!readToolPart(value, parts)) parts.texts.push(textOfPart(value));
  } else if (value !== undefined && value !== null) {
    parts.texts.push(plainValue(value));
  }
}

function textOfPart(part: Value): string {
  const type = typeof part['type'] === 'string' ? part['type'] : '';
  // Reasoning is not part of the answer.
  if (type === 'reasoning' || type === 'thinking' || type === 'redacted_thinking') return '';
  const text = part['text'] ?? part['content'] ?? part['refusal'];
  if (typeof text === 'string') return text;
  const medium = /image|audio|video|file|blob|document|uri/u.exec(type)?.[0];
  return medium === undefined ? jsonText(part, 2) : `[${medium}]`;
}

/** Reads a tool call or result in any of the formats. Returns false for other parts. */
function readToolPart(part: unknown, parts: Parts): boolean {
  if (!isRecord(part)) return false;
  const type = typeof part['type'] === 'string' ? part['type'] : '';
  const called = isRecord(part['function']) ? part['function'] : part;
  if (
    /^(tool_call|tool_use|function_call|custom_tool_call|server_tool_use|tool-call|function)$/u.test(type)
  ) {
    parts.toolCalls.push({
      id: textOf(part, ['call_id', 'id', 'toolCallId']),
      name: textOf(called, ['name', 'toolName']) ?? 'tool',
      args: textOrJson(called['arguments'] ?? called['input'] ?? called['args']),
    });
    return true;
  }
  if (
    /^(tool_call_response|tool_result|function_call_output|custom_tool_call_output|tool-result)$/u.test(type)
  ) {
    parts.toolResults.push({
      id: textOf(part, ['call_id', 'tool_use_id', 'toolCallId', 'id']),
      result: textOrJson(part['response'] ?? part['result'] ?? part['output'] ?? part['content']),
      isError: part['is_error'] === true || part['isError'] === true,
    });
    return true;
  }
  return false;
}

/** Converts a value to text: joins blocks of text, and writes anything else as JSON. */
function textOrJson(value: unknown): string {
  if (Array.isArray(value) && value.every((one) => isRecord(one) && typeof one['text'] === 'string')) {
    return value.map((one) => String((one as Value)['text'])).join('\n');
  }
  return plainValue(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(record: Value, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = record[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

function parseMaybe(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/u.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isRecord(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
