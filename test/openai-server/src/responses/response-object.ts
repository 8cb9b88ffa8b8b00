import type { BilledUsage } from '../billing/bill.ts';
import { countUsage } from '../billing/count-usage.ts';
import { exampleOf } from '../example-of-schema.ts';
import { tierOf } from '../http/exchange.ts';
import type { Exchange } from '../http/exchange.ts';
import { listOf, objectOf, stringOf } from '../http/json.ts';
import type { Json } from '../http/json.ts';
import { isReasoning } from '../model.ts';
import { promptOf, replyTo, textOf } from '../prompt.ts';
import { countTokens } from '../words.ts';

/** A response of the responses API: what it is at its end and before, what it used, and what asked for it. */
export interface ResponseAnswer {
  readonly id: string;
  readonly model: string;
  readonly request: Json;
  readonly usage: BilledUsage;
  readonly final: Json;
  /** Without output and usage: as `response.created` and a poll too early show it. */
  readonly unfinished: Json;
}

/** Thinks up the whole response. `calls` are its tool calls; with a function among them there is no text. */
export function makeResponse(exchange: Exchange, model: string, calls: readonly Json[]): ResponseAnswer {
  const { json, scenario, state } = exchange;
  const thinks = isReasoning(model) && objectOf(json['reasoning'])['effort'] !== 'none';
  const output = outputOf(exchange, calls, thinks);
  const usage = {
    ...countUsage(scenario, { input: countInput(json), visible: countOutput(output), thinks }),
    ...countTools(calls),
  };
  const id = state.nextId('resp_');
  const outcome = scenario.outcome ?? (scenario.finish === 'length' ? 'incomplete' : 'completed');
  const unfinished: Json = {
    id,
    object: 'response',
    created_at: state.now(),
    status: 'in_progress',
    background: json['background'] === true,
    error: null,
    incomplete_details: null,
    instructions: json['instructions'] ?? null,
    max_output_tokens: json['max_output_tokens'] ?? null,
    model,
    output: [],
    parallel_tool_calls: json['parallel_tool_calls'] ?? true,
    previous_response_id: json['previous_response_id'] ?? null,
    reasoning: { effort: null, summary: null },
    service_tier: json['service_tier'] ?? 'auto',
    store: json['store'] ?? true,
    temperature: json['temperature'] ?? 1,
    text: json['text'] ?? { format: { type: 'text' } },
    tool_choice: json['tool_choice'] ?? 'auto',
    tools: json['tools'] ?? [],
    top_p: json['top_p'] ?? 1,
    truncation: json['truncation'] ?? 'disabled',
    usage: null,
    user: json['user'] ?? null,
    metadata: json['metadata'] ?? {},
  };
  const ended = { ...unfinished, service_tier: tierOf(exchange), status: outcome };
  const final: Json =
    outcome === 'failed'
      ? { ...ended, error: { code: 'server_error', message: 'The model produced an error.' } }
      : {
          ...ended,
          output,
          usage: scenario.noUsage === true ? null : wireUsage(usage),
          ...(outcome === 'incomplete' ? { incomplete_details: { reason: 'max_output_tokens' } } : {}),
        };
  return { id, model, request: json, usage, final, unfinished };
}

function outputOf(exchange: Exchange, calls: readonly Json[], thinks: boolean): Json[] {
  const { state, json, scenario } = exchange;
  const asksForSummary = objectOf(json['reasoning'])['summary'] !== undefined;
  const summary = asksForSummary ? [{ type: 'summary_text', text: 'Thinking it over.' }] : [];
  const thoughts = thinks ? [{ type: 'reasoning', id: state.nextId('rs_'), summary }] : [];
  const waits = calls.some(({ type }) => type === 'function_call' || type === 'custom_tool_call');
  if (waits) return [...thoughts, ...calls];
  const part =
    scenario.refuse === true
      ? { type: 'refusal', refusal: "I'm sorry, I can't help with that." }
      : { type: 'output_text', text: textFor(exchange), annotations: citations(calls), logprobs: [] };
  const message = { type: 'message', id: state.nextId('msg_'), status: 'completed', role: 'assistant' };
  return [...thoughts, ...calls, { ...message, content: [part] }];
}

/** A text that was searched for on the web names where it was found. */
function citations(calls: readonly Json[]): Json[] {
  const isSearched = calls.some(({ type }) => type === 'web_search_call');
  const citation = {
    type: 'url_citation',
    start_index: 0,
    end_index: 4,
    url: 'https://example.com',
    title: 'News',
  };
  return isSearched ? [citation] : [];
}

function textFor({ json, scenario }: Exchange): string {
  if (scenario.text !== undefined) return scenario.text;
  const prompt = promptOf(json);
  const format = objectOf(objectOf(json['text'])['format']);
  if (format['type'] === 'json_schema') return JSON.stringify(exampleOf(format['schema'], prompt));
  const answers = listOf(json['input'])
    .map(objectOf)
    .filter(({ type }) => type === 'function_call_output' || type === 'custom_tool_call_output');
  const answer = answers.at(-1);
  return answer === undefined ? replyTo(prompt) : `The tool says: ${textOf(answer['output'])}`;
}

function countInput(json: Json): number {
  const instructions = countTokens(stringOf(json['instructions']) ?? '');
  if (typeof json['input'] === 'string') return instructions + countTokens(json['input']);
  return listOf(json['input'])
    .map(objectOf)
    .reduce((sum, item) => {
      const stated = textOf(item['content']) + textOf(item['output']) + (stringOf(item['arguments']) ?? '');
      return sum + countTokens(stated);
    }, instructions);
}

function countOutput(output: readonly Json[]): number {
  return output.reduce((sum, item) => {
    const call = stringOf(item['arguments']) ?? stringOf(item['input']);
    return sum + (call === undefined ? countTokens(textOf(item['content'])) : 1 + countTokens(call));
  }, 0);
}

function countTools(calls: readonly Json[]): BilledUsage {
  const count = (type: string): number => calls.filter((call) => call['type'] === type).length;
  const found = {
    webSearchCalls: count('web_search_call'),
    fileSearchCalls: count('file_search_call'),
    codeInterpreterSessions: count('code_interpreter_call'),
    generatedImages: count('image_generation_call'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, calls]) => calls > 0));
}

function wireUsage(usage: BilledUsage): Json {
  const input = usage.inputTokens ?? 0;
  const output = usage.outputTokens ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cachedInputTokens ?? 0,
      ...(usage.cacheWriteInputTokens === undefined
        ? {}
        : { cache_write_tokens: usage.cacheWriteInputTokens }),
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoningOutputTokens ?? 0 },
    total_tokens: input + output,
  };
}
