import { asRecord, asText } from '../call/record.ts';
import { contentParts, parsedArguments } from './chat-messages.ts';
import type { Message, Part } from './message.ts';
import { blobPart, textPart } from './message.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Reads `input` of the Responses API: a string, or items of many kinds. */
export function responseInput(input: unknown): Message[] {
  if (typeof input === 'string') return [{ role: 'user', parts: [textPart(input)] }];
  return Array.isArray(input) ? input.map((item) => itemMessage(asRecord(item) ?? {}, 'user')) : [];
}

/** Reads `output` of a response as a single message. */
export function responseOutput(output: unknown, finishReason: string | undefined): Message[] {
  if (!Array.isArray(output)) return [];
  const parts = output.flatMap((item) => itemMessage(asRecord(item) ?? {}, 'assistant').parts);
  return [
    { role: 'assistant', parts, ...(finishReason === undefined ? {} : { finish_reason: finishReason }) },
  ];
}

function itemMessage(item: Fields, role: string): Message {
  const type = asText(item['type']) ?? 'message';
  switch (type) {
    case 'message':
      return { role: asText(item['role']) ?? role, parts: contentParts(item['content']) };
    case 'reasoning':
      return { role: 'assistant', parts: summaryParts(item['summary']) };
    case 'image_generation_call':
      return { role: 'assistant', parts: [blobPart('image', asText(item['result']) ?? '')] };
    default:
      if (type.endsWith('_output')) return { role: 'tool', parts: [toolResponse(item)] };
      if (type.endsWith('_call')) return { role: 'assistant', parts: [toolCall(type, item)] };
      return { role, parts: [{ type }] };
  }
}

function summaryParts(summary: unknown): Part[] {
  if (!Array.isArray(summary)) return [];
  return summary.map((part) => ({ type: 'reasoning', content: asText(asRecord(part)?.['text']) ?? '' }));
}

function toolCall(type: string, item: Fields): Part {
  const id = asText(item['call_id']) ?? asText(item['id']);
  return {
    type: 'tool_call',
    ...(id === undefined ? {} : { id }),
    name: asText(item['name']) ?? type.slice(0, -'_call'.length),
    arguments: parsedArguments(
      item['arguments'] ?? item['input'] ?? item['action'] ?? item['queries'] ?? item['code'] ?? {},
    ),
  };
}

function toolResponse(item: Fields): Part {
  const id = asText(item['call_id']) ?? asText(item['id']);
  return { type: 'tool_call_response', ...(id === undefined ? {} : { id }), response: item['output'] };
}
