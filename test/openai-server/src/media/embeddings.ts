import { createHash } from 'node:crypto';

import { charge } from '../http/exchange.ts';
import type { Exchange } from '../http/exchange.ts';
import { listOf, numberOf, stringOf } from '../http/json.ts';
import { isKnown } from '../model.ts';
import { badRequest, errorOf, refuse } from '../http/refuse.ts';
import { replyJson } from '../http/reply.ts';
import { countTokens } from '../words.ts';

/** `POST /embeddings`: a text, texts, a list of token ids or such lists; as floats or base64. */
export function embeddings(exchange: Exchange): void {
  const { json, scenario, state } = exchange;
  const model = stringOf(json['model']);
  if (model === undefined) return refuse(exchange, badRequest('you must provide a model parameter'));
  if (!isKnown(model)) return refuse(exchange, errorOf(404));
  const inputs = inputsOf(json['input']);
  if (inputs.length === 0) {
    return refuse(exchange, badRequest("'$.input' is invalid. Please check the API reference.", 'input'));
  }

  const size = numberOf(json['dimensions']) ?? (model.includes('large') ? 3072 : 1536);
  const isBase64 = json['encoding_format'] === 'base64';
  const data = inputs.map((input, index) => {
    const vector = vectorOf(String(input), size);
    const embedding = isBase64 ? Buffer.from(vector.buffer).toString('base64') : [...vector];
    return { object: 'embedding', index, embedding };
  });
  const counted = inputs.reduce<number>((sum, input) => sum + countInput(input), 0);
  const inputTokens = scenario.usage?.['inputTokens'] ?? counted;
  // The API gives embeddings no id; the request's own stands in the bill.
  charge(exchange, { id: state.nextId('embd_'), model, usage: { inputTokens } });
  const usage = { prompt_tokens: inputTokens, total_tokens: inputTokens };
  replyJson(exchange, { object: 'list', data, model, ...(scenario.noUsage === true ? {} : { usage }) });
}

function inputsOf(input: unknown): readonly unknown[] {
  if (typeof input === 'string') return input === '' ? [] : [input];
  const list = listOf(input);
  return typeof list[0] === 'number' ? [list] : list;
}

function countInput(input: unknown): number {
  return typeof input === 'string' ? countTokens(input) : listOf(input).length;
}

/** A unit vector that depends on the text and nothing else. */
function vectorOf(text: string, size: number): Float32Array {
  const seed = createHash('sha256').update(text).digest();
  const vector = Float32Array.from(
    { length: size },
    (_, i) => ((seed[i % 32] ?? 0) ^ ((i * 37) % 256)) - 127.5,
  );
  const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return vector.map((x) => x / norm);
}
