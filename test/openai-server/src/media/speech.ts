import { charge } from '../http/exchange.ts';
import type { Exchange } from '../http/exchange.ts';
import { stringOf } from '../http/json.ts';
import { isKnown } from '../model.ts';
import { badRequest, errorOf, refuse } from '../http/refuse.ts';
import { replyBytes, replyStream } from '../http/reply.ts';
import type { StreamEvent } from '../http/reply.ts';
import { countTokens, tokensOf } from '../words.ts';

/** Tokens of sound for one word read aloud. */
const TOKENS_PER_WORD = 10;

/** `POST /audio/speech`: bytes of sound, or events with counts where the caller asks for `stream_format: 'sse'`. */
export async function speech(exchange: Exchange): Promise<void> {
  const { json, state } = exchange;
  const model = stringOf(json['model']);
  const input = stringOf(json['input']);
  if (model === undefined || input === undefined || input === '') {
    return refuse(exchange, badRequest("Missing required parameter: 'input'.", 'input'));
  }
  if (!isKnown(model)) return refuse(exchange, errorOf(404));
  const id = state.nextId('speech_');
  const inputTokens = countTokens(input);
  const usage = model.startsWith('tts-1')
    ? { characters: Array.from(input).length }
    : { inputTokens, outputTokens: inputTokens * TOKENS_PER_WORD };

  if (json['stream_format'] !== 'sse') {
    charge(exchange, { id, model, usage });
    return replyBytes(exchange, Buffer.from(`ID3 ${input}`), 'audio/mpeg');
  }
  const events: StreamEvent[] = tokensOf(input).map((piece) => ({
    data: { type: 'speech.audio.delta', audio: Buffer.from(piece).toString('base64') },
  }));
  const outputTokens = inputTokens * TOKENS_PER_WORD;
  const wire = {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
  events.push({ data: { type: 'speech.audio.done', usage: wire } });
  const end = await replyStream(exchange, events, { errorEvent: { data: { type: 'error' } } });
  if (end !== 'error') charge(exchange, { id, model, usage, complete: end === 'done' });
}
