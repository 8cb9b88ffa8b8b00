import type { Attributes } from '@opentelemetry/api';
import { ATTR_INPUT_MESSAGES, ATTR_OUTPUT_MESSAGES } from '@userspan/core/semconv';

import { contentAttribute } from './content-attribute.ts';
import type { LLMResult, Message } from './langchain-events.ts';
import { fieldsOf, firstText } from './read-value.ts';

const ROLES: Readonly<Record<string, string>> = {
  human: 'user',
  ai: 'assistant',
  generic: 'user',
  function: 'tool',
};

/** The input of a model in the conventions' message schema. */
export function inputContent(input: readonly (Message | string)[] | undefined): Attributes {
  const messages = (input ?? []).map((each) =>
    typeof each === 'string' ? { role: 'user', parts: [textPart(each)] } : messageOf(each),
  );
  return messages.length === 0 ? {} : contentAttribute(ATTR_INPUT_MESSAGES, messages);
}

/** The output of a model in the same schema. */
export function outputContent(result: LLMResult): Attributes {
  const messages = (result.generations?.[0] ?? []).map(({ text, message }) =>
    message === undefined ? { role: 'assistant', parts: [textPart(text ?? '')] } : messageOf(message),
  );
  return messages.length === 0 ? {} : contentAttribute(ATTR_OUTPUT_MESSAGES, messages);
}

function messageOf(message: Message): object {
  const type = message.getType?.() ?? message._getType?.() ?? 'generic';
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls.map(callPart) : [];
  const role = ROLES[type] ?? type;
  if (role === 'tool') {
    return {
      role,
      parts: [{ type: 'tool_call_response', id: message.tool_call_id, response: message.content }],
    };
  }
  return { role, parts: [...partsOf(message.content), ...calls] };
}

function partsOf(value: unknown): object[] {
  if (typeof value === 'string') return value === '' ? [] : [textPart(value)];
  if (!Array.isArray(value)) return [];
  return value.map((part: unknown) => {
    const { type, text } = fieldsOf(part);
    // For images and audio, only the type is recorded.
    return typeof text === 'string' ? textPart(text) : { type: firstText(type) ?? 'unknown' };
  });
}

function textPart(text: string): object {
  return { type: 'text', content: text };
}

function callPart(call: unknown): object {
  const { id, name, args } = fieldsOf(call);
  return { type: 'tool_call', id, name, arguments: args };
}
