import { asRecord, asText } from '../call/record.ts';
import type { Message, Part } from './message.ts';
import { blobPart, mediaPart, textPart } from './message.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The messages of a chat request. A message of an unknown shape has no parts. */
export function chatMessages(messages: unknown): Message[] {
  return Array.isArray(messages) ? messages.map((message) => chatMessage(asRecord(message) ?? {})) : [];
}

/** One message of a request or of a choice. */
export function chatMessage(message: Fields, finishReason?: string): Message {
  const role = asText(message['role']) ?? 'assistant';
  const name = asText(message['name']);
  return {
    role,
    parts: role === 'tool' || role === 'function' ? toolParts(message) : partsOf(message),
    ...(name === undefined ? {} : { name }),
    ...(finishReason === undefined ? {} : { finish_reason: finishReason }),
  };
}

function toolParts(message: Fields): Part[] {
  const id = asText(message['tool_call_id']);
  return [{ type: 'tool_call_response', ...(id === undefined ? {} : { id }), response: message['content'] }];
}

function partsOf(message: Fields): Part[] {
  const parts = contentParts(message['content']);
  const reasoning = asText(message['reasoning_content']) ?? asText(message['reasoning']);
  if (reasoning !== undefined) parts.unshift({ type: 'reasoning', content: reasoning });
  const refusal = asText(message['refusal']);
  if (refusal !== undefined) parts.push({ type: 'refusal', content: refusal });
  const audio = asRecord(message['audio']);
  if (audio !== undefined) parts.push(...audioParts(audio));
  const called = asRecord(message['function_call']);
  if (called !== undefined) parts.push(toolCall(undefined, called));
  const calls = message['tool_calls'];
  if (Array.isArray(calls)) {
    for (const call of calls) {
      const fields = asRecord(call) ?? {};
      const tool = asRecord(fields['function']) ?? asRecord(fields['custom']);
      if (tool !== undefined) parts.push(toolCall(asText(fields['id']), tool));
    }
  }
  return parts;
}

/** `content` of a chat message: a text, or parts. */
export function contentParts(content: unknown): Part[] {
  if (typeof content === 'string') return [textPart(content)];
  if (!Array.isArray(content)) return [];
  return content.map((part) => contentPart(asRecord(part) ?? {}));
}

function contentPart(part: Fields): Part {
  const type = asText(part['type']) ?? 'unknown';
  switch (type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return textPart(asText(part['text']) ?? '');
    case 'refusal':
      return { type: 'refusal', content: asText(part['refusal']) ?? '' };
    case 'image_url':
      return mediaPart(
        'image',
        asText(asRecord(part['image_url'])?.['url']) ?? asText(part['image_url']) ?? '',
      );
    case 'input_image': {
      const url = asText(part['image_url']);
      return url === undefined ? fileOf('image', part) : mediaPart('image', url);
    }
    case 'input_audio': {
      const audio = asRecord(part['input_audio']) ?? part;
      const format = asText(audio['format']);
      return blobPart(
        'audio',
        asText(audio['data']) ?? '',
        format === undefined ? undefined : `audio/${format}`,
      );
    }
    case 'file':
      return filePart(asRecord(part['file']) ?? {});
    case 'input_file':
      return filePart(part);
    default:
      return { type };
  }
}

function filePart(file: Fields): Part {
  const data = asText(file['file_data']);
  if (data !== undefined) return data.startsWith('data:') ? mediaPart('file', data) : blobPart('file', data);
  const url = asText(file['file_url']);
  return url === undefined ? fileOf('file', file) : mediaPart('file', url);
}

function fileOf(modality: string, part: Fields): Part {
  return { type: 'file', modality, file_id: asText(part['file_id']) ?? '' };
}

function audioParts(audio: Fields): Part[] {
  const parts: Part[] = [];
  const data = asText(audio['data']);
  if (data !== undefined) parts.push(blobPart('audio', data));
  const transcript = asText(audio['transcript']);
  if (transcript !== undefined) parts.push(textPart(transcript));
  return parts;
}

function toolCall(id: string | undefined, tool: Fields): Part {
  return {
    type: 'tool_call',
    ...(id === undefined ? {} : { id }),
    name: asText(tool['name']) ?? '',
    arguments: parsedArguments(tool['arguments'] ?? tool['input']),
  };
}

/** Arguments parsed as JSON; the string itself if it is not (yet) valid JSON. */
export function parsedArguments(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
