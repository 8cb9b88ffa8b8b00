/** The day on which tests read feeds. */
export const day = '2026-11-28';

/** A feed of each format that says the same: gpt-9 is new, gpt-4o is known to the list at the same price. */
export const OURS = {
  currency: 'USD',
  published: day,
  models: {
    'openai:gpt-9': { input: 2, cachedInput: 0.2, output: 8 },
    'openai:gpt-4o': { input: 2.5, output: 10 },
  },
};
export const LITELLM = {
  sample_spec: { input_cost_per_token: 0 },
  'gpt-9': {
    litellm_provider: 'openai',
    mode: 'chat',
    input_cost_per_token: 2e-6,
    cache_read_input_token_cost: 2e-7,
    output_cost_per_token: 8e-6,
  },
  'gpt-4o': { litellm_provider: 'openai', input_cost_per_token: 2.5e-6, output_cost_per_token: 1e-5 },
};
export const GENAI = [
  {
    id: 'openai',
    models: [
      {
        id: 'gpt-9',
        match: { equals: 'gpt-9' },
        prices: { input_mtok: 2, cache_read_mtok: 0.2, output_mtok: 8 },
      },
      { id: 'gpt-4o', match: { starts_with: 'gpt-4o' }, prices: { input_mtok: 2.5, output_mtok: 10 } },
    ],
  },
];
/** A feed as the text of a file. */
export function text(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
