import type { BilledUsage } from '../billing/bill.ts';
import type { ChosenCall } from './choose-calls.ts';
import { chatUsage } from './chat-usage.ts';
import { charge, tierOf } from '../http/exchange.ts';
import type { Exchange } from '../http/exchange.ts';
import { objectOf } from '../http/json.ts';
import { errorBody, errorOf } from '../http/refuse.ts';
import { replyStream } from '../http/reply.ts';
import type { StreamEvent } from '../http/reply.ts';
import { countTokens, tokensOf } from '../words.ts';

/** What the model has to say, before it takes the shape of a body or of a stream. */
export interface ChatAnswer {
  readonly id: string;
  readonly model: string;
  readonly created: number;
  readonly text: string;
  readonly calls: readonly (ChosenCall & { readonly id: string })[];
  readonly choices: number;
  readonly isSpoken: boolean;
  readonly finish: string;
  readonly usage: BilledUsage;
}

/**
 * Streams a chat completion. A stream that breaks off is billed for the prompt and for the tokens that were sent: the
 * real service stops generating when the caller leaves and charges for what it made. An error of the service is free.
 */
export async function streamChat(exchange: Exchange, answer: ChatAnswer): Promise<void> {
  const made = { tokens: 0 };
  const end = await replyStream(exchange, chunks(exchange, answer, made), {
    after: 'data: [DONE]\n\n',
    errorEvent: { data: errorBody(errorOf(500)) },
  });
  if (end === 'error') return;
  if (end === 'done') return charge(exchange, answer);
  const thought = answer.usage.reasoningOutputTokens ?? 0;
  const usage = { ...answer.usage, outputTokens: made.tokens === 0 ? 0 : made.tokens + thought };
  charge(exchange, { ...answer, usage, complete: false });
}

function* chunks(exchange: Exchange, answer: ChatAnswer, made: { tokens: number }): Generator<StreamEvent> {
  const { json, scenario, host, state } = exchange;
  const wantsUsage = objectOf(json['stream_options'])['include_usage'] === true || host === 'openrouter';
  const sendsUsage = wantsUsage && scenario.noUsage !== true;
  const head = {
    id: answer.id,
    object: 'chat.completion.chunk',
    created: answer.created,
    model: answer.model,
    ...(host === 'openai' ? { service_tier: tierOf(exchange) } : {}),
    ...(host === 'openrouter' ? { provider: 'OpenAI' } : {}),
    system_fingerprint: 'fp_userspan',
  };
  const nullUsage = sendsUsage && host === 'openai' ? { usage: null } : {};
  const chunk = (index: number, delta: object, tokens = 0, finish: string | null = null): StreamEvent => ({
    data: { ...head, choices: [{ index, delta, logprobs: null, finish_reason: finish }], ...nullUsage },
    onSent: () => (made.tokens += tokens),
  });

  if (host === 'azure') yield AZURE_FILTERS;
  for (let index = 0; index < answer.choices; index++) {
    yield chunk(index, { role: 'assistant', content: answer.calls.length > 0 ? null : '', refusal: null });
    if (scenario.missingChoices === true) yield { data: head };
    yield* textChunks(answer, (delta, tokens) => chunk(index, delta, tokens));
    if (scenario.refuse === true) yield chunk(index, { refusal: "I'm sorry, I can't help with that." });
    yield* toolCallChunks(answer, made, (delta, tokens) => chunk(index, delta, tokens));
  }
  for (let index = 0; index < answer.choices - 1; index++) yield chunk(index, {}, 0, answer.finish);
  const last = chunk(answer.choices - 1, {}, 0, answer.finish);
  yield host === 'groq' ? withGroqUsage(last, state.nextId('req_'), answer.usage) : last;
  if (sendsUsage) yield { data: { ...head, choices: [], usage: chatUsage(answer.usage, host) } };
}

/** Groq's own place for the usage. */
function withGroqUsage({ data }: StreamEvent, id: string, usage: BilledUsage): StreamEvent {
  return { data: { ...(data as object), x_groq: { id, usage: chatUsage(usage, 'groq') } } };
}

/** What Azure sends before anything else. */
const AZURE_FILTERS: StreamEvent = {
  data: {
    choices: [],
    created: 0,
    id: '',
    model: '',
    object: '',
    prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }],
  },
};

/** Makes the chunk of one choice. */
type MakeChunk = (delta: object, tokens?: number) => StreamEvent;

function* textChunks({ text, isSpoken }: ChatAnswer, chunk: MakeChunk): Generator<StreamEvent> {
  for (const piece of tokensOf(text)) {
    yield isSpoken ? chunk(spoken(piece), 3) : chunk({ content: piece }, 1);
  }
}

function* toolCallChunks(
  { calls }: ChatAnswer,
  made: { tokens: number },
  chunk: MakeChunk,
): Generator<StreamEvent> {
  for (const [index, call] of calls.entries()) {
    const start = { index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } };
    yield chunk({ tool_calls: [start] }, 1);
    for (const part of call.arguments.match(/.{1,12}/gsu) ?? []) {
      yield chunk({ tool_calls: [{ index, function: { arguments: part } }] });
    }
    // Counted in words, sent in pieces of twelve characters, as tokens of JSON are.
    made.tokens += countTokens(call.arguments);
  }
}

function spoken(piece: string): object {
  return { audio: { data: Buffer.from(piece).toString('base64'), transcript: piece } };
}
