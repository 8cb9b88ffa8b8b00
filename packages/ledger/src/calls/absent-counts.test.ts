import { describe, expect, it } from 'vitest';
import { figureOf } from '../../testing/make-span.ts';
import type { Attributes } from '../span.ts';

const CHAT: Attributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
};
const EMBEDDINGS: Attributes = {
  ...CHAT,
  'gen_ai.operation.name': 'embeddings',
  'gen_ai.request.model': 'text-embedding-3-small',
};
const OPENINFERENCE: Attributes = { 'openinference.span.kind': 'LLM', 'llm.model_name': 'gpt-4o-mini' };
const INPUT = 'gen_ai.usage.input_tokens';
const OUTPUT = 'gen_ai.usage.output_tokens';
const TOTAL = 'gen_ai.usage.total_tokens';

const NO_INPUT = 'unpriced: gpt-4o-mini: partly unpriced: input, whose count is absent';

describe('a span that counts only the output or only the input', () => {
  it.each<{ name: string; attributes: Attributes; cost: string }>([
    { name: 'both', attributes: { ...CHAT, [INPUT]: 1000, [OUTPUT]: 100 }, cost: '0.00021 list' },
    { name: 'no input', attributes: { ...CHAT, [OUTPUT]: 100 }, cost: NO_INPUT },
    {
      name: 'an input count without a value',
      attributes: { ...CHAT, [INPUT]: null, [OUTPUT]: 100 },
      cost: NO_INPUT,
    },
    { name: 'an empty input count', attributes: { ...CHAT, [INPUT]: '', [OUTPUT]: 100 }, cost: NO_INPUT },
    { name: 'an input count of 0', attributes: { ...CHAT, [INPUT]: 0, [OUTPUT]: 100 }, cost: '0.00006 list' },
    {
      name: 'a total that equals the output',
      attributes: { ...CHAT, [OUTPUT]: 100, [TOTAL]: 100 },
      cost: '0.00006 list',
    },
    {
      name: 'a total that exceeds the output',
      attributes: { ...CHAT, [OUTPUT]: 100, [TOTAL]: 1100 },
      cost: NO_INPUT,
    },
    // Clients leave out the count of an empty output.
    { name: 'no output', attributes: { ...CHAT, [INPUT]: 1000 }, cost: '0.00015 list' },
    { name: 'an output of 0', attributes: { ...CHAT, [INPUT]: 1000, [OUTPUT]: 0 }, cost: '0.00015 list' },
    {
      name: 'a total that equals the input',
      attributes: { ...CHAT, [INPUT]: 1000, [TOTAL]: 1000 },
      cost: '0.00015 list',
    },
    {
      name: 'embeddings, which have no output',
      attributes: { ...EMBEDDINGS, [INPUT]: 1000 },
      cost: '0.00002 list',
    },
    {
      name: 'no input in another dialect',
      attributes: { ...OPENINFERENCE, 'llm.token_count.completion': 100 },
      cost: NO_INPUT,
    },
    {
      name: 'a cost that the sender reports',
      attributes: { ...CHAT, [OUTPUT]: 100, 'gen_ai.usage.cost': 0.5 },
      cost: '0.5 computed',
    },
  ])('$name', ({ attributes, cost }) => {
    expect(figureOf(attributes)?.cost).toBe(cost);
  });
});
