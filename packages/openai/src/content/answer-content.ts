import type { Api } from '../endpoints/endpoint.ts';
import { asRecord, asText } from '../call/record.ts';
import { chatMessage } from './chat-messages.ts';
import type { Message } from './message.ts';
import { blobPart, mediaPart, textPart } from './message.ts';
import { responseOutput } from './response-messages.ts';

/** The answer as messages: texts, tool calls, and only the number of bytes of other content. */
export function outputMessages(api: Api, answer: unknown, finishReason: string | undefined): Message[] {
  const body = asRecord(answer);
  switch (api) {
    case 'chat':
    case 'completions':
      return choiceMessages(body?.['choices']);
    case 'responses':
      return responseOutput(body?.['output'], finishReason);
    case 'images':
      return pictures(body?.['data']);
    case 'audio': {
      const text = asText(answer) ?? asText(body?.['text']);
      return text === undefined ? [] : [{ role: 'assistant', parts: [textPart(text)] }];
    }
    default:
      return [];
  }
}

function choiceMessages(choices: unknown): Message[] {
  if (!Array.isArray(choices)) return [];
  return choices.map((value) => {
    const choice = asRecord(value) ?? {};
    const message = asRecord(choice['message']) ?? { role: 'assistant', content: choice['text'] };
    return chatMessage(message, asText(choice['finish_reason']));
  });
}

function pictures(data: unknown): Message[] {
  if (!Array.isArray(data)) return [];
  const parts = data.map((value) => {
    const picture = asRecord(value) ?? {};
    const url = asText(picture['url']);
    return url === undefined ? blobPart('image', asText(picture['b64_json']) ?? '') : mediaPart('image', url);
  });
  return [{ role: 'assistant', parts }];
}
