import { describe, expect, it } from 'vitest';
import { figureOf } from '../../testing/make-span.ts';
import type { Attributes } from '../index.ts';

/** Counts other than the four usual ones: each is priced, or the call names it as unpriced. */
interface Row {
  readonly name: string;
  readonly attributes: Attributes;
  readonly usage: Readonly<Record<string, number>>;
  /** The cost in dollars, calculated by hand, or the reason for an absent cost. */
  readonly cost: string;
}

const GEN_AI = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.response.model': 'gpt-4o-mini',
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 100,
};
/** 1,000 × $0.15 and 100 × $0.60 per million. */
const PLAIN = '0.00021 list';
const USED = { inputTokens: 1000, outputTokens: 100 };

const GEN_AI_ROWS: readonly Row[] = [
  {
    name: 'an unknown unit',
    attributes: { ...GEN_AI, 'gen_ai.usage.hologram_tokens': 5 },
    usage: { ...USED, hologram_tokens: 5 },
    cost: 'unpriced: gpt-4o-mini: partly unpriced: the unit "hologram_tokens"',
  },
  {
    name: 'an unknown unit below a name',
    attributes: { ...GEN_AI, 'gen_ai.usage.smell.input_tokens': '7' },
    usage: { ...USED, 'smell.input_tokens': 7 },
    cost: 'unpriced: gpt-4o-mini: partly unpriced: the unit "smell.input_tokens"',
  },
  {
    name: 'searches of an unknown tool',
    attributes: { ...GEN_AI, 'gen_ai.usage.map_queries': 2 },
    usage: { ...USED, map_queries: 2 },
    cost: 'unpriced: gpt-4o-mini: partly unpriced: the unit "map_queries"',
  },
  {
    name: 'an unknown unit that was not used',
    attributes: { ...GEN_AI, 'gen_ai.usage.hologram_tokens': 0 },
    usage: USED,
    cost: PLAIN,
  },
  {
    name: 'a name that is not a unit',
    attributes: {
      ...GEN_AI,
      'gen_ai.usage.quality': 5,
      'gen_ai.usage.experimental.reasoning_tokens_limit': 900,
    },
    usage: USED,
    cost: PLAIN,
  },
  {
    name: "a breakdown by the provider's own names",
    attributes: {
      ...GEN_AI,
      'gen_ai.usage.details.accepted_prediction_tokens': 12,
      'gen_ai.usage.details.text_prompt_tokens': 1000,
      'gen_ai.usage.experimental.system_instruction_tokens': 40,
      'gen_ai.usage.experimental.input_text_tokens': 1000,
    },
    usage: { ...USED, textInputTokens: 1000 },
    cost: PLAIN,
  },
  {
    name: 'a hostile name',
    attributes: {
      ...GEN_AI,
      [`gen_ai.usage.${'x'.repeat(5000)}_tokens`]: 5,
      'gen_ai.usage.__proto__tokens': -1,
    },
    usage: USED,
    cost: PLAIN,
  },
  {
    name: 'video of Gemini',
    attributes: {
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.provider.name': 'gcp.gemini',
      'gen_ai.response.model': 'gemini-2.5-flash',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.usage.video.input_tokens': 900,
    },
    usage: { ...USED, videoInputTokens: 900 },
    // Video has the price of text: 1,000 × $0.30 and 100 × $2.50 per million.
    cost: '0.00055 list',
  },
  {
    name: "audio by the name of Google's Agent Development Kit",
    attributes: {
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.provider.name': 'gcp.gemini',
      'gen_ai.response.model': 'gemini-2.5-flash',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.usage.experimental.input_audio_tokens': 900,
    },
    usage: { ...USED, audioInputTokens: 900 },
    // 100 × $0.30, 900 × $1.00 and 100 × $2.50 per million.
    cost: '0.00118 list',
  },
];

const LANGSMITH = {
  'langsmith.span.kind': 'llm',
  'gen_ai.operation.name': 'chat',
};
const GPT_5 = { ...LANGSMITH, 'gen_ai.system': 'openai', 'gen_ai.response.model': 'gpt-5' };
const CLAUDE = { ...LANGSMITH, 'gen_ai.system': 'anthropic', 'gen_ai.response.model': 'claude-sonnet-4-5' };

const LANGSMITH_ROWS: readonly Row[] = [
  {
    name: 'a request of the priority tier',
    attributes: {
      ...GPT_5,
      'langsmith.usage_metadata': JSON.stringify({
        input_tokens: 1000,
        output_tokens: 100,
        total_tokens: 1100,
        input_token_details: { audio: 0, priority_cache_read: 400, priority: 600 },
        output_token_details: { audio: 0, priority_reasoning: 64, priority: 36 },
      }),
    },
    usage: {
      ...USED,
      cachedInputTokens: 400,
      audioInputTokens: 0,
      audioOutputTokens: 0,
      reasoningOutputTokens: 64,
    },
    // 600 × $2.50, 400 × $0.25 and 100 × $20 per million: twice the standard price.
    cost: '0.0036 list',
  },
  {
    name: 'a request of the flex tier',
    attributes: {
      ...GPT_5,
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.usage.input_token_details': "{'flex_cache_read': 400, 'flex': 600}",
      'gen_ai.usage.output_token_details': "{'flex_reasoning': 64, 'flex': 36}",
    },
    usage: { ...USED, cachedInputTokens: 400, reasoningOutputTokens: 64 },
    // 600 × $0.625, 400 × $0.0625 and 100 × $5 per million: half the standard price.
    cost: '0.0009 list',
  },
  {
    name: 'cache writes by lifetime',
    attributes: {
      ...CLAUDE,
      'langsmith.usage_metadata': JSON.stringify({
        input_tokens: 1000,
        output_tokens: 100,
        input_token_details: {
          cache_read: 0,
          cache_creation: 0,
          ephemeral_5m_input_tokens: 300,
          ephemeral_1h_input_tokens: 200,
        },
      }),
    },
    usage: { ...USED, cachedInputTokens: 0, cacheWriteInputTokens: 300, cacheWrite1hInputTokens: 200 },
    // 500 × $3, 300 × $3.75, 200 × $6 and 100 × $15 per million.
    cost: '0.005325 list',
  },
  {
    name: 'one-hour cache writes as a part of all cache writes',
    attributes: {
      ...CLAUDE,
      'langsmith.usage_metadata': JSON.stringify({
        input_tokens: 1000,
        output_tokens: 100,
        input_token_details: { cache_creation: 500, ephemeral_1h_input_tokens: 200 },
      }),
    },
    usage: { ...USED, cacheWriteInputTokens: 300, cacheWrite1hInputTokens: 200 },
    cost: '0.005325 list',
  },
  {
    name: 'an unknown part',
    attributes: {
      ...GPT_5,
      'langsmith.usage_metadata': JSON.stringify({
        input_tokens: 1000,
        output_tokens: 100,
        input_token_details: { smell: 5, text: 995 },
      }),
    },
    usage: { ...USED, input_smell_tokens: 5 },
    cost: 'unpriced: gpt-5: partly unpriced: the unit "input_smell_tokens"',
  },
];

const LANGFUSE_ROWS: readonly Row[] = [
  {
    name: 'an unknown part',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-4o-mini',
      'langfuse.observation.usage_details': '{"input":995,"output":100,"input_smell":5}',
    },
    usage: { ...USED, input_smell_tokens: 5 },
    cost: 'unpriced: gpt-4o-mini: partly unpriced: the unit "input_smell_tokens"',
  },
  {
    name: 'cache writes by lifetime',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'claude-sonnet-4-5',
      'langfuse.observation.usage_details':
        '{"input":500,"output":100,"input_cache_creation":0,"input_ephemeral_5m_input_tokens":300,"input_ephemeral_1h_input_tokens":200}',
    },
    usage: { ...USED, cacheWriteInputTokens: 300, cacheWrite1hInputTokens: 200 },
    cost: '0.005325 list',
  },
];

const OPENINFERENCE = {
  'openinference.span.kind': 'LLM',
  'llm.system': 'openai',
  'llm.model_name': 'gpt-4o-mini',
  'llm.token_count.prompt': 1000,
  'llm.token_count.completion': 100,
};

const OPENINFERENCE_ROWS: readonly Row[] = [
  {
    name: 'an unknown kind of input',
    attributes: { ...OPENINFERENCE, 'llm.token_count.prompt_details.hologram': 5 },
    usage: { ...USED, input_hologram_tokens: 5 },
    cost: 'unpriced: gpt-4o-mini: partly unpriced: the unit "input_hologram_tokens"',
  },
  {
    name: 'an unknown kind of output, as a string',
    attributes: { ...OPENINFERENCE, 'llm.token_count.completion_details.hologram': '5' },
    usage: { ...USED, output_hologram_tokens: 5 },
    cost: 'unpriced: gpt-4o-mini: partly unpriced: the unit "output_hologram_tokens"',
  },
  {
    name: 'an unknown kind that was not used, and text, which has the price of the whole',
    attributes: {
      ...OPENINFERENCE,
      'llm.token_count.prompt_details.hologram': 0,
      'llm.token_count.prompt_details.text': 1000,
      'llm.token_count.completion_details.accepted_prediction': 7,
    },
    usage: USED,
    cost: PLAIN,
  },
  {
    name: 'cached input under the newer of two names',
    attributes: {
      ...OPENINFERENCE,
      'llm.token_count.prompt_details.cache_input': 100,
      'llm.token_count.prompt_details.cache_read': 500,
    },
    usage: { ...USED, cachedInputTokens: 500 },
    // 500 × $0.075, 500 × $0.15 and 100 × $0.60 per million.
    cost: '0.0001725 list',
  },
];

describe.each([
  { dialect: 'the GenAI conventions', rows: GEN_AI_ROWS },
  { dialect: 'LangSmith', rows: LANGSMITH_ROWS },
  { dialect: 'Langfuse', rows: LANGFUSE_ROWS },
  { dialect: 'OpenInference', rows: OPENINFERENCE_ROWS },
])('units of usage in $dialect', ({ rows }) => {
  it.each(rows)('$name', ({ attributes, usage, cost }) => {
    const figure = figureOf(attributes);
    expect({ usage: figure?.usage, cost: figure?.cost }).toEqual({ usage, cost });
  });
});
