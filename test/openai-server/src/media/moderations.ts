import { charge } from '../http/exchange.ts';
import type { Exchange } from '../http/exchange.ts';
import { stringOf } from '../http/json.ts';
import { badRequest, refuse } from '../http/refuse.ts';
import { replyJson } from '../http/reply.ts';

const CATEGORIES = ['harassment', 'hate', 'illicit', 'self-harm', 'sexual', 'violence'];

/** `POST /moderations`: free, and what mentions violence is flagged. */
export function moderations(exchange: Exchange): void {
  const { json, state } = exchange;
  const input = json['input'];
  if (input === undefined)
    return refuse(exchange, badRequest("Missing required parameter: 'input'.", 'input'));
  const model = stringOf(json['model']) ?? 'omni-moderation-latest';
  const id = state.nextId('modr-');
  const isPieces = Array.isArray(input) && input.every((item) => typeof item === 'string');
  const texts: readonly unknown[] = isPieces
    ? input
    : [typeof input === 'string' ? input : JSON.stringify(input)];
  const results = texts.map((text) => {
    const flagged = /violence|kill/i.test(String(text));
    const each = <T>(value: (name: string) => T): Record<string, T> =>
      Object.fromEntries(CATEGORIES.map((name) => [name, value(name)]));
    return {
      flagged,
      categories: each((name) => flagged && name === 'violence'),
      category_scores: each((name) => (flagged && name === 'violence' ? 0.9 : 0.001)),
      category_applied_input_types: each(() => ['text']),
    };
  });
  charge(exchange, { id, model, usage: {} });
  replyJson(exchange, { id, model, results });
}
