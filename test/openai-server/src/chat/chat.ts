import { streamChat } from './chat-stream.ts';
import type { ChatAnswer } from './chat-stream.ts';
import { chatUsage } from './chat-usage.ts';
import { chooseCalls } from './choose-calls.ts';
import { countUsage } from '../billing/count-usage.ts';
import { exampleOf } from '../example-of-schema.ts';
import { charge, tierOf } from '../http/exchange.ts';
import type { Exchange } from '../http/exchange.ts';
import { listOf, numberOf, objectOf, stringOf } from '../http/json.ts';
import { isKnown, isReasoning, snapshotOf } from '../model.ts';
import { promptOf, replyTo, textOf } from '../prompt.ts';
import { badRequest, errorOf, refuse } from '../http/refuse.ts';
import { replyJson } from '../http/reply.ts';
import { countTokens } from '../words.ts';

/** `POST /chat/completions`. */
export async function chat(exchange: Exchange): Promise<void> {
  const { json, host } = exchange;
  const asked = stringOf(json['model']);
  if (asked === undefined || asked === '')
    return refuse(exchange, badRequest('you must provide a model parameter'));
  if (!Array.isArray(json['messages']) || json['messages'].length === 0) {
    return refuse(exchange, badRequest("Missing required parameter: 'messages'.", 'messages'));
  }
  if (!isKnown(asked)) return refuse(exchange, errorOf(404));

  const answer = answerOf(exchange, snapshotOf(asked, host));
  if (json['stream'] === true) return streamChat(exchange, answer);
  charge(exchange, answer);
  replyJson(exchange, completion(exchange, answer));
}

function answerOf(exchange: Exchange, model: string): ChatAnswer {
  const { json, scenario, state, host } = exchange;
  const messages = listOf(json['messages']).map(objectOf);
  const prompt = promptOf(json);
  const lastTool = messages.findLast((message) => message['role'] === 'tool');
  const calls = chooseCalls({
    scenario,
    offered: listOf(json['tools']).map((tool) => {
      const { name, parameters } = objectOf(objectOf(tool)['function']);
      return { name: stringOf(name) ?? '', parameters };
    }),
    choice: json['tool_choice'],
    hasToolAnswer: lastTool !== undefined,
    prompt,
  }).map((call) => ({ ...call, id: state.nextId('call_') }));
  const text = calls.length > 0 || scenario.refuse === true ? '' : textFor(exchange, prompt, lastTool);

  const choices = numberOf(json['n']) ?? 1;
  const isSpoken = listOf(json['modalities']).includes('audio');
  const words = countTokens(text) + calls.reduce((sum, call) => sum + 1 + countTokens(call.arguments), 0);
  const counted = countUsage(scenario, {
    input: messages.reduce((sum, message) => sum + countTokens(textOf(message['content'])), 0),
    visible: choices * words * (isSpoken ? 3 : 1),
    audioOutput: isSpoken ? choices * words * 2 : 0,
    audioInput: countAudio(messages),
    thinks: isReasoning(model) && json['reasoning_effort'] !== 'none',
  });
  const usage = host === 'openrouter' ? { ...counted, providerCostUsd: scenario.cost ?? '0.00123' } : counted;
  return {
    id: state.nextId('chatcmpl-'),
    model,
    created: state.now(),
    text,
    calls,
    choices,
    isSpoken,
    finish: calls.length > 0 ? 'tool_calls' : (scenario.finish ?? 'stop'),
    usage,
  };
}

function textFor({ json, scenario }: Exchange, prompt: string, lastTool: unknown): string {
  if (scenario.text !== undefined) return scenario.text;
  const format = objectOf(json['response_format']);
  if (format['type'] === 'json_schema') {
    return JSON.stringify(exampleOf(objectOf(format['json_schema'])['schema'], prompt));
  }
  if (format['type'] === 'json_object') return '{"answer":"example"}';
  return lastTool === undefined ? replyTo(prompt) : `The tool says: ${textOf(objectOf(lastTool)['content'])}`;
}

/** Eight tokens for every clip of audio in the messages. */
function countAudio(messages: readonly Readonly<Record<string, unknown>>[]): number {
  const parts = messages.flatMap((message) => listOf(message['content']));
  return 8 * parts.filter((part) => objectOf(part)['type'] === 'input_audio').length;
}

function completion(exchange: Exchange, answer: ChatAnswer): object {
  const { scenario, host, state } = exchange;
  return {
    id: answer.id,
    object: 'chat.completion',
    created: answer.created,
    model: answer.model,
    choices: Array.from({ length: answer.choices }, (_, index) => ({
      index,
      message: messageOf(exchange, answer),
      logprobs: null,
      finish_reason: answer.finish,
      ...(host === 'azure' ? { content_filter_results: {} } : {}),
    })),
    ...(scenario.noUsage === true ? {} : { usage: chatUsage(answer.usage, host) }),
    ...(host === 'openai' ? { service_tier: tierOf(exchange) } : {}),
    ...(host === 'azure' ? { prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] } : {}),
    ...(host === 'groq' ? { x_groq: { id: state.nextId('req_') } } : {}),
    ...(host === 'openrouter' ? { provider: 'OpenAI' } : {}),
    system_fingerprint: 'fp_userspan',
  };
}

function messageOf({ scenario, state }: Exchange, answer: ChatAnswer): object {
  const isRefused = scenario.refuse === true;
  const base = {
    role: 'assistant',
    content: isRefused || answer.calls.length > 0 || answer.isSpoken ? null : answer.text,
    refusal: isRefused ? "I'm sorry, I can't help with that." : null,
    annotations: [],
  };
  if (answer.isSpoken) {
    const data = Buffer.from(answer.text).toString('base64');
    const audio = {
      id: state.nextId('audio_'),
      data,
      expires_at: answer.created + 3600,
      transcript: answer.text,
    };
    return { ...base, audio };
  }
  if (answer.calls.length === 0) return base;
  const tool_calls = answer.calls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }));
  return { ...base, tool_calls };
}
