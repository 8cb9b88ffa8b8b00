import { chatUsage } from './chat-usage.ts';
import { countUsage } from '../billing/count-usage.ts';
import { charge } from '../http/exchange.ts';
import type { Exchange } from '../http/exchange.ts';
import { numberOf, objectOf, stringOf } from '../http/json.ts';
import { isKnown } from '../model.ts';
import { promptOf, replyTo } from '../prompt.ts';
import { badRequest, errorBody, errorOf, refuse } from '../http/refuse.ts';
import { replyJson, replyStream } from '../http/reply.ts';
import type { StreamEvent } from '../http/reply.ts';
import { countTokens, tokensOf } from '../words.ts';

/** `POST /completions`, the legacy endpoint: plain and streamed, one prompt or many. */
export async function completions(exchange: Exchange): Promise<void> {
  const { json, scenario, state, host } = exchange;
  const model = stringOf(json['model']);
  if (model === undefined) return refuse(exchange, badRequest('you must provide a model parameter'));
  if (!isKnown(model)) return refuse(exchange, errorOf(404));
  const prompts = Array.isArray(json['prompt']) ? json['prompt'].map(String) : [promptOf(json)];
  const choices = prompts.length * (numberOf(json['n']) ?? 1);
  const text = scenario.text ?? replyTo(promptOf(json));
  const usage = countUsage(scenario, {
    input: prompts.reduce((sum, prompt) => sum + countTokens(prompt), 0),
    visible: choices * countTokens(text),
    thinks: false,
  });
  const head = { id: state.nextId('cmpl-'), object: 'text_completion', created: state.now(), model };
  const finish = scenario.finish ?? 'stop';
  const choice = (index: number, piece: string, finish_reason: string | null): object => ({
    text: piece,
    index,
    logprobs: null,
    finish_reason,
  });

  if (json['stream'] !== true) {
    charge(exchange, { ...head, usage });
    return replyJson(exchange, {
      ...head,
      choices: Array.from({ length: choices }, (_, index) => choice(index, text, finish)),
      ...(scenario.noUsage === true ? {} : { usage: chatUsage(usage, host) }),
    });
  }

  const made = { tokens: 0 };
  const events: StreamEvent[] = [];
  for (let index = 0; index < choices; index++) {
    for (const piece of tokensOf(text)) {
      events.push({
        data: { ...head, choices: [choice(index, piece, null)] },
        onSent: () => (made.tokens += 1),
      });
    }
    events.push({ data: { ...head, choices: [choice(index, '', finish)] } });
  }
  if (objectOf(json['stream_options'])['include_usage'] === true && scenario.noUsage !== true) {
    events.push({ data: { ...head, choices: [], usage: chatUsage(usage, host) } });
  }
  const errorEvent = { data: errorBody(errorOf(500)) };
  const end = await replyStream(exchange, events, { after: 'data: [DONE]\n\n', errorEvent });
  if (end === 'done') charge(exchange, { ...head, usage });
  if (end === 'cut')
    charge(exchange, { ...head, usage: { ...usage, outputTokens: made.tokens }, complete: false });
}
