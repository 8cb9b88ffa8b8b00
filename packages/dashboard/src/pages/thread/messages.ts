import { plainValue } from '../../format/plain-value.ts';

/** Something that was said in a conversation, as far as it was captured. */
export interface Message {
  readonly role: string;
  readonly text: string;
}

/**
 * Reads captured messages of any dialect: GenAI parts, OpenAI content, plain text or JSON of any of them. What it cannot read
 * is shown as it came.
 */
export function readMessages(value: unknown, role: string): readonly Message[] {
  const parsed = parseMaybe(value);
  if (parsed === undefined || parsed === null || parsed === '') return [];
  const list: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return list.flatMap((one) => {
    const message = readMessage(one, role);
    return message.text === '' ? [] : [message];
  });
}

function readMessage(value: unknown, role: string): Message {
  if (!isRecord(value)) return { role, text: textOf(value) };
  const inner = isRecord(value['message']) ? value['message'] : value;
  const said = inner['content'] ?? inner['parts'] ?? inner['text'] ?? inner['tool_calls'] ?? inner;
  return { role: typeof inner['role'] === 'string' ? inner['role'] : role, text: textOf(said) };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    return value
      .map(textOf)
      .filter((text) => text !== '')
      .join('\n');
  if (!isRecord(value)) return value === undefined || value === null ? '' : plainValue(value);
  const text = value['text'] ?? value['content'];
  return typeof text === 'string' ? text : JSON.stringify(value, undefined, 2);
}

function parseMaybe(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/u.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
