import type { BilledUsage } from '../billing/bill.ts';
import { charge } from '../http/exchange.ts';
import type { Exchange } from '../http/exchange.ts';
import { stringOf } from '../http/json.ts';
import { isKnown } from '../model.ts';
import { badRequest, errorOf, refuse } from '../http/refuse.ts';
import { replyBytes, replyJson, replyStream } from '../http/reply.ts';
import type { StreamEvent } from '../http/reply.ts';
import { countTokens, tokensOf } from '../words.ts';

/** Bytes of one second of the sound that callers send here, and the tokens of it. */
const BYTES_PER_SECOND = 16_000;
const TOKENS_PER_SECOND = 10;

/** `POST /audio/transcriptions` and `/audio/translations`: whisper by the second, the GPT models by token. */
export async function transcriptions(exchange: Exchange): Promise<void> {
  const { json, scenario, state, route } = exchange;
  const file = json['file'];
  const model = stringOf(json['model']);
  if (!(file instanceof Blob) || model === undefined) {
    return refuse(exchange, badRequest("Missing required parameter: 'file'.", 'file'));
  }
  if (!isKnown(model)) return refuse(exchange, errorOf(404));

  const text = scenario.text ?? 'The quick brown fox.';
  const seconds = scenario.usage?.['seconds'] ?? Math.max(1, Math.ceil(file.size / BYTES_PER_SECOND));
  const usage =
    model === 'whisper-1' ? { seconds } : tokenUsage(scenario.usage ?? {}, seconds, text, json['prompt']);
  const line = { id: state.nextId('hear_'), model, usage };
  if (json['stream'] === true && model !== 'whisper-1') return stream(exchange, line, text);

  charge(exchange, line);
  const wire = scenario.noUsage === true ? {} : { usage: wireUsage(usage) };
  const isTranslation = route === '/audio/translations';
  switch (json['response_format']) {
    case 'text':
      return replyBytes(exchange, Buffer.from(`${text}\n`), 'text/plain; charset=utf-8');
    case 'srt':
      return replyBytes(
        exchange,
        Buffer.from(`1\n00:00:00,000 --> 00:00:01,000\n${text}\n\n`),
        'text/plain; charset=utf-8',
      );
    case 'vtt':
      return replyBytes(exchange, Buffer.from(`WEBVTT\n\n00:00.000 --> 00:01.000\n${text}\n\n`), 'text/vtt');
    case 'verbose_json': {
      const task = isTranslation ? 'translate' : 'transcribe';
      const segments = [{ id: 0, seek: 0, start: 0, end: seconds, text, tokens: [], temperature: 0 }];
      const verbose = { task, language: 'english', duration: seconds, text, segments };
      return replyJson(exchange, isTranslation ? verbose : { ...verbose, ...wire });
    }
    default:
      return replyJson(exchange, isTranslation ? { text } : { text, ...wire });
  }
}

function tokenUsage(
  stated: Readonly<Record<string, number>>,
  seconds: number,
  text: string,
  prompt: unknown,
): BilledUsage {
  const audioInputTokens = stated['audioInputTokens'] ?? seconds * TOKENS_PER_SECOND;
  const inputTokens = stated['inputTokens'] ?? audioInputTokens + countTokens(stringOf(prompt) ?? '');
  return { inputTokens, audioInputTokens, outputTokens: stated['outputTokens'] ?? countTokens(text) };
}

function wireUsage({
  seconds,
  inputTokens = 0,
  audioInputTokens = 0,
  outputTokens = 0,
}: BilledUsage): object {
  if (seconds !== undefined) return { type: 'duration', seconds };
  return {
    type: 'tokens',
    total_tokens: inputTokens + outputTokens,
    input_tokens: inputTokens,
    input_token_details: { text_tokens: inputTokens - audioInputTokens, audio_tokens: audioInputTokens },
    output_tokens: outputTokens,
  };
}

async function stream(
  exchange: Exchange,
  line: { id: string; model: string; usage: BilledUsage },
  text: string,
): Promise<void> {
  const events: StreamEvent[] = tokensOf(text).map((delta) => ({
    data: { type: 'transcript.text.delta', delta },
  }));
  events.push({ data: { type: 'transcript.text.done', text, usage: wireUsage(line.usage) } });
  const end = await replyStream(exchange, events, { errorEvent: { data: { type: 'error' } } });
  if (end !== 'error') charge(exchange, { ...line, complete: end === 'done' });
}
