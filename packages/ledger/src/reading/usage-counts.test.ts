import { describe, expect, it } from 'vitest';
import { figureOf } from '../../testing/make-span.ts';
import type { Attributes, AttributeValue } from '../span.ts';
import { parsePythonLiteral } from './python-literal.ts';
import { usageOf } from './usage-counts.ts';
import type { UsageCounts } from './usage-counts.ts';

describe('totals and parts', () => {
  it.each<{ name: string; counts: UsageCounts; input: number; output: number }>([
    {
      name: 'the total shows that the output excludes reasoning (Gemini through Traceloop)',
      counts: { input: 1300, output: 20, reasoning: 7, total: 1327 },
      input: 1300,
      output: 27,
    },
    {
      name: 'the total shows that the output includes reasoning',
      counts: { input: 1300, output: 27, reasoning: 7, total: 1327 },
      input: 1300,
      output: 27,
    },
    {
      name: 'the total shows that the input excludes cached tokens (Anthropic)',
      counts: { input: 100, output: 20, cached: 50, total: 170 },
      input: 150,
      output: 20,
    },
    {
      name: 'the total shows that the input includes cached tokens, although the dialect excludes them',
      counts: { input: 100, output: 20, cached: 50, total: 120, cacheIsBeside: true },
      input: 100,
      output: 20,
    },
    {
      name: 'both beside',
      counts: { input: 100, output: 20, cached: 50, reasoning: 7, total: 177 },
      input: 150,
      output: 27,
    },
    {
      name: 'a total that fits both readings has no effect',
      counts: { input: 100, output: 20, cached: 7, reasoning: 7, total: 127 },
      input: 100,
      output: 20,
    },
    {
      name: 'a total that fits neither reading has no effect',
      counts: { input: 100, output: 20, reasoning: 7, total: 500 },
      input: 100,
      output: 20,
    },
    {
      name: 'a part that is larger than its whole is added to it',
      counts: { input: 10, output: 5, cached: 1000, reasoning: 9 },
      input: 1010,
      output: 14,
    },
    {
      name: 'modalities without a total add up',
      counts: { textInput: 10, audioInput: 5, textOutput: 3, imageOutput: 4 },
      input: 15,
      output: 7,
    },
  ])('$name', ({ counts, input, output }) => {
    expect(usageOf(counts)).toMatchObject({ inputTokens: input, outputTokens: output });
  });
});

const CHAT: Attributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
};
const USED: Attributes = { ...CHAT, 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 50 };

describe('counts under names of the conventions', () => {
  it.each<{ name: string; attributes: Attributes; usage: object }>([
    {
      name: 'by modality',
      attributes: {
        ...USED,
        'gen_ai.usage.text.input_tokens': 60,
        'gen_ai.usage.audio.input_tokens': 30,
        'gen_ai.usage.image.input_tokens': 10,
        'gen_ai.usage.text.output_tokens': 20,
        'gen_ai.usage.audio.output_tokens': 25,
        'gen_ai.usage.image.output_tokens': 5,
        'gen_ai.usage.text.cache_read.input_tokens': 4,
        'gen_ai.usage.audio.cache_read.input_tokens': 3,
        'gen_ai.usage.image.cache_read.input_tokens': 2,
      },
      usage: {
        inputTokens: 100,
        outputTokens: 50,
        cachedInputTokens: 9,
        textInputTokens: 60,
        audioInputTokens: 30,
        imageInputTokens: 10,
        textOutputTokens: 20,
        audioOutputTokens: 25,
        imageOutputTokens: 5,
        cachedTextInputTokens: 4,
        cachedAudioInputTokens: 3,
        cachedImageInputTokens: 2,
      },
    },
    {
      name: 'cache writes, newest name',
      attributes: { ...USED, 'gen_ai.usage.cache_write.input_tokens': 7 },
      usage: { inputTokens: 100, outputTokens: 50, cacheWriteInputTokens: 7 },
    },
    {
      name: 'cache writes, flat name',
      attributes: { ...USED, 'gen_ai.usage.cache_write_input_tokens': 7 },
      usage: { inputTokens: 100, outputTokens: 50, cacheWriteInputTokens: 7 },
    },
    {
      name: 'counts as strings (Spring AI through Micrometer)',
      attributes: { ...CHAT, 'gen_ai.usage.input_tokens': '100', 'gen_ai.usage.output_tokens': '50' },
      usage: { inputTokens: 100, outputTokens: 50 },
    },
    {
      name: 'Microsoft.Extensions.AI before 9.3',
      attributes: { ...CHAT, 'gen_ai.response.input_tokens': 100, 'gen_ai.response.output_tokens': 50 },
      usage: { inputTokens: 100, outputTokens: 50 },
    },
    {
      name: 'server-side tools',
      attributes: {
        ...USED,
        'openai.response.built_in_tools': ['web_search_call', 'web_search_call', 'function'],
      },
      usage: { inputTokens: 100, outputTokens: 50, webSearchCalls: 2 },
    },
    {
      name: 'server-side tools as JSON',
      attributes: { ...USED, 'openai.response.built_in_tools': '[{"type":"file_search_call"}]' },
      usage: { inputTokens: 100, outputTokens: 50, fileSearchCalls: 1 },
    },
  ])('$name', ({ attributes, usage }) => {
    expect(figureOf(attributes)?.usage).toEqual(usage);
  });

  it('reads server-side tools in OpenInference’s messages', () => {
    const call = figureOf({
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o-mini',
      'llm.token_count.prompt': 100,
      'llm.token_count.completion': 50,
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'web_search_call',
      'llm.output_messages.1.message.role': 'assistant',
      'llm.output_messages.1.message.tool_calls.0.tool_call.function.name': 'my_own',
    });
    expect(call?.usage).toEqual({ inputTokens: 100, outputTokens: 50, webSearchCalls: 1 });
  });
});

describe('invalid counts', () => {
  it.each<{ value: AttributeValue; count: number | undefined }>([
    { value: '12', count: 12 },
    { value: ' 7 ', count: 7 },
    { value: '12.0', count: 12 },
    { value: '1e3', count: 1000 },
    { value: '1.2345678E7', count: 12_345_678 },
    { value: 3, count: 3 },
    { value: 10_000_000_000, count: 10_000_000_000 },
    { value: '12.5', count: undefined },
    { value: '-3', count: undefined },
    { value: '+5', count: undefined },
    { value: 'NaN', count: undefined },
    { value: 'Infinity', count: undefined },
    { value: '0x10', count: undefined },
    { value: '1,000', count: undefined },
    { value: '1e-3', count: undefined },
    { value: '1e99', count: undefined },
    { value: 'twelve', count: undefined },
    { value: -5, count: undefined },
    { value: 3.5, count: undefined },
    { value: Number.NaN, count: undefined },
    { value: 1e300, count: undefined },
    { value: 10_000_000_001, count: undefined },
    { value: 2n ** 63n - 1n, count: undefined },
    { value: true, count: undefined },
    { value: [4], count: undefined },
    { value: { count: 4 }, count: undefined },
    { value: new Uint8Array([4]), count: undefined },
  ])('$value is $count', ({ value, count }) => {
    const call = figureOf({ ...CHAT, 'gen_ai.usage.input_tokens': value, 'gen_ai.usage.output_tokens': 5 });
    expect(call?.usage).toEqual(
      count === undefined
        ? { outputTokens: 5, unreadableCount: 'input' }
        : { inputTokens: count, outputTokens: 5 },
    );
    // An unknown count never reduces a price.
    if (count === undefined) expect(call?.cost).toBe('unpriced: usage.input is not a count');
  });

  it('a missing value is not an invalid count', () => {
    for (const value of [null, '']) {
      const call = figureOf({ ...CHAT, 'gen_ai.usage.input_tokens': value, 'gen_ai.usage.output_tokens': 5 });
      expect(call?.usage).toEqual({ outputTokens: 5, absentInputTokens: 1 });
    }
  });

  it('another name or dialect provides the count', () => {
    const attributes = { ...USED, 'gen_ai.usage.input_tokens': 'NaN', 'gen_ai.usage.prompt_tokens': 100 };
    expect(figureOf(attributes)?.usage).toEqual({ inputTokens: 100, outputTokens: 50 });
    const both = {
      ...USED,
      'gen_ai.usage.input_tokens': 'NaN',
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o-mini',
      'llm.token_count.prompt': 100,
      'llm.token_count.completion': 50,
    };
    expect(figureOf(both)?.usage).toEqual({ inputTokens: 100, outputTokens: 50 });
  });

  it('an invalid total has no effect', () => {
    expect(figureOf({ ...USED, 'gen_ai.usage.total_tokens': 'many' })?.usage).toEqual({
      inputTokens: 100,
      outputTokens: 50,
    });
  });
});

describe('Python literals', () => {
  it.each<{ text: string; value: unknown }>([
    {
      text: "{'a': 1, 'b': None, 'c': True, 'd': [1, 2,], 'e': (1, 'x')}",
      value: { a: 1, b: null, c: true, d: [1, 2], e: [1, 'x'] },
    },
    { text: `{'it\\'s': "say \\"hi\\""}`, value: { "it's": 'say "hi"' } },
    { text: "{'a': 'None, (x)'}", value: { a: 'None, (x)' } },
    { text: "{'a': '\\x41\\u00e9\\n'}", value: { a: 'Aé\n' } },
    { text: "{'a': <object at 0x7f>}", value: undefined },
    { text: "{'a': datetime.now()}", value: undefined },
    { text: '{', value: undefined },
  ])('$text', ({ text, value }) => {
    expect(parsePythonLiteral(text)).toEqual(value);
  });

  it('parses in linear time', () => {
    const start = performance.now();
    parsePythonLiteral(`{'${"\\'".repeat(30_000)}`);
    parsePythonLiteral(`{${"'a".repeat(30_000)}`);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
