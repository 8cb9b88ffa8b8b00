import { listOf, objectOf, stringOf } from './http/json.ts';
import type { Json } from './http/json.ts';

/** The text of a message's content: a string, or its text parts. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((part) => stringOf(objectOf(part)['text']) ?? stringOf(objectOf(part)['refusal']) ?? '')
    .join('');
}

/** What the caller asked: the last user message, the input, or the prompt, whatever the endpoint calls it. */
export function promptOf(json: Json | undefined): string {
  if (json === undefined) return '';
  const list = Array.isArray(json['messages']) ? json['messages'] : listOf(json['input']);
  const last = list.findLast((item) => objectOf(item)['role'] === 'user');
  if (last !== undefined) return textOf(objectOf(last)['content']);
  for (const field of ['input', 'prompt']) {
    const value = json[field];
    if (typeof value === 'string') return value;
    const first: unknown = listOf(value)[0];
    if (typeof first === 'string') return first;
  }
  return '';
}

/** The answer to a prompt that has no directives. */
export function replyTo(prompt: string): string {
  const plain = prompt.replace(/\[\[.*?\]\]/gs, '').trim();
  const words = plain.split(/\s+/).slice(0, 12).join(' ');
  return words === '' ? 'Hello there.' : `You asked: ${words}`;
}
