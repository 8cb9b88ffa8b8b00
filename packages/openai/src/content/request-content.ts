import type { Api } from '../endpoints/endpoint.ts';
import { asText } from '../call/record.ts';
import { chatMessages } from './chat-messages.ts';
import type { Message, Part } from './message.ts';
import { textPart } from './message.ts';
import { responseInput } from './response-messages.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The input of any kind of request as messages. */
export function inputMessages(api: Api, fields: Fields): Message[] {
  switch (api) {
    case 'chat':
      return chatMessages(fields['messages']);
    case 'responses':
      return responseInput(fields['input']);
    case 'audio':
    case 'images':
    case 'completions':
      return texts(fields['prompt']);
    default:
      return texts(fields['input']);
  }
}

/** Instructions outside of the messages, as in the Responses API and in speech requests. */
export function systemInstructions(fields: Fields): Part[] {
  const text = asText(fields['instructions']);
  return text === undefined ? [] : [textPart(text)];
}

/** One or many strings of a legacy prompt or an embedding. Tokens are left out. */
function texts(input: unknown): Message[] {
  if (typeof input === 'string') return [{ role: 'user', parts: [textPart(input)] }];
  if (!Array.isArray(input)) return [];
  const parts = input.map((item): Part => (typeof item === 'string' ? textPart(item) : { type: 'tokens' }));
  return [{ role: 'user', parts }];
}
