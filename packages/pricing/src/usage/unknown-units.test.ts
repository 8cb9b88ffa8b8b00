import { describe, expect, it } from 'vitest';

import { priceOf } from '../price-of.ts';
import type { UsageApi } from './normalize-usage.ts';
import { normalizeUsage } from './normalize-usage.ts';

type Fields = Record<string, unknown>;

const chat = {
  prompt_tokens: 1000,
  completion_tokens: 200,
  total_tokens: 1200,
  prompt_tokens_details: { cached_tokens: 100, audio_tokens: 10 },
  completion_tokens_details: { reasoning_tokens: 5, audio_tokens: 3 },
};
const responses = {
  input_tokens: 1000,
  output_tokens: 200,
  total_tokens: 1200,
  input_tokens_details: {
    cached_tokens: 100,
    cache_write_tokens: 5,
    cache_write_tokens_details: { ttl_30m_tokens: 5, ttl_12h_tokens: 0 },
  },
  output_tokens_details: { reasoning_tokens: 5 },
};
const realtime = {
  input_tokens: 1000,
  output_tokens: 200,
  total_tokens: 1200,
  input_token_details: {
    text_tokens: 500,
    audio_tokens: 500,
    cached_tokens: 100,
    cached_tokens_details: { text_tokens: 50, audio_tokens: 50 },
  },
  output_token_details: { text_tokens: 100, audio_tokens: 100 },
};
const images = {
  input_tokens: 1000,
  output_tokens: 200,
  total_tokens: 1200,
  input_tokens_details: { text_tokens: 500, image_tokens: 500 },
  output_tokens_details: { image_tokens: 200 },
};

/** The usage of an API, its model, and its cost in dollars, calculated by hand. */
const BILLS: readonly [api: UsageApi, model: string, usage: Fields, dollars: number][] = [
  [
    'chat',
    'gpt-4o-audio-preview',
    { ...chat, prompt_tokens_details: { audio_tokens: 10 } },
    (990 * 2.5 + 10 * 40 + 197 * 10 + 3 * 80) / 1e6,
  ],
  ['responses', 'gpt-5.1', responses, (900 * 1.25 + 100 * 0.125 + 200 * 10) / 1e6],
  [
    'realtime',
    'gpt-realtime',
    realtime,
    (450 * 4 + 50 * 0.4 + 450 * 32 + 50 * 0.4 + 100 * 16 + 100 * 64) / 1e6,
  ],
  ['images', 'gpt-image-1', images, (500 * 5 + 500 * 10 + 200 * 40) / 1e6],
  ['embeddings', 'text-embedding-3-small', { prompt_tokens: 1000, total_tokens: 1000 }, (1000 * 0.02) / 1e6],
];

/** Names of counts that are known in some place. */
const NAMES = [
  'smell_tokens',
  'prompt_tokens',
  'completion_tokens',
  'reasoning_tokens',
  'citation_tokens',
  'cached_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'cache_write_tokens',
  'ttl_12h_tokens',
  'ephemeral_5m_input_tokens',
  'ephemeral_1h_input_tokens',
  'text_tokens',
  'audio_tokens',
  'image_tokens',
  'video_tokens',
  'cached_audio_tokens',
  'accepted_prediction_tokens',
  'total_tokens',
  'seconds',
  'search_units',
  'num_sources_used',
  'web_search_requests',
];

function billed(api: UsageApi, model: string, usage: Fields): { dollars?: number; missing?: string } {
  const cost = priceOf({
    provider: 'openai',
    model,
    usage: normalizeUsage(api, { usage }),
    at: '2026-11-20',
  });
  return 'unpriced' in cost ? { missing: cost.unpriced } : { dollars: cost.usd };
}

/** The path of every object in a usage, and of a new object in each. */
function placesOf(usage: Fields, place: readonly string[] = []): readonly (readonly string[])[] {
  const inner = Object.entries(usage).filter(([, value]) => typeof value === 'object');
  return [
    [...place, 'new_details'],
    ...inner.flatMap(([name, value]) => [[...place, name], ...placesOf(value as Fields, [...place, name])]),
  ];
}

/** Parts that cost the same as their whole, or whose price the model does not charge. */
const PARTS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    input: ['text', 'image', 'audio', 'video', 'cache_creation_input', 'cache_write', 'cached'],
    output: ['text', 'image', 'audio', 'video', 'reasoning', 'accepted_prediction'],
    cached: ['text', 'image', 'audio'],
    written: ['ttl_12h'],
    other: [],
  }).map(([place, names]) => [place, new Set(names.map((name) => `${name}_tokens`))]),
);

function partsAt(place: readonly string[]): ReadonlySet<string> {
  const name = place.at(-1) ?? '';
  let kind = 'other';
  if (name === 'cached_tokens_details') kind = 'cached';
  else if (name === 'cache_write_tokens_details') kind = 'written';
  else if (/^(?:input|prompt)_tokens?_details$/.test(name)) kind = 'input';
  else if (/^(?:output|completion)_tokens?_details$/.test(name)) kind = 'output';
  return PARTS.get(kind) as ReadonlySet<string>;
}

describe.each(BILLS)('%s', (api, model, usage, dollars) => {
  it('has the cost of its counts', () => {
    expect(billed(api, model, usage).dollars).toBeCloseTo(dollars, 12);
  });

  it('reports a count in an unknown place as a missing part of the cost', () => {
    for (const place of placesOf(usage)) {
      for (const name of NAMES) {
        const changed = structuredClone(usage);
        let at: Fields = changed;
        for (const step of place) at = (at[step] ??= {}) as Fields;
        if (name in at || partsAt(place).has(name)) continue;
        at[name] = 7;
        expect([place, name, billed(api, model, changed)]).toEqual([
          place,
          name,
          { missing: expect.stringContaining('unit') as unknown },
        ]);
      }
    }
  });
});

it.each<[name: string, usage: Fields]>([
  ['a number as a string', { smell_tokens: '7' }],
  ['an object of tokens', { smell_tokens: { count: 7 } }],
  ['tokens with a longer name', { video_tokens_hd: 7 }],
  ['tokens in camel case', { tokensOfSmell: 7 }],
  ['an object of tokens by kind', { tokens_by_kind: { smell: 7 } }],
  ['a list of tokens by kind', { usage_by_kind: [{ kind: 'SMELL', token_count: 7 }] }],
  ['a count that is too large', { smell_tokens: 1e300 }],
  ['a deeply nested unit', { a: { b: { c: { d: { e: { smell_tokens: 7 } } } } } }],
  ['a unit as a list', { video_seconds: [7, 8] }],
  ['a unit by kind', { web_search_requests: { basic: 7 } }],
  ['a nested unit by kind', { num_requests: { by_kind: { basic: 7 } } }],
  ['a named quantity', { items: [{ type: 'SMELL', quantity: '7' }] }],
  ['a count without a name', { count: 7 }],
  ['a unit as a bigint', { smell_tokens: 7n }],
  ['documents', { documents: 4 }],
  ['a number of things', { num_journeys: 3 }],
  ['a count of things', { details: { grounding_count: 2 } }],
  ['things that were used', { plugins_used: 1 }],
  ['a tool by its name', { server_tool_use: { fly: 1 } }],
  ['a long name', { [`${'x'.repeat(80)}_tokens`]: 7 }],
  ['a total that exceeds its parts', { total_tokens: 5000 }],
  ['an output as a string', { completion_tokens: '200', completion_tokens_details: null }],
  ['a fractional output', { completion_tokens: 200.5, completion_tokens_details: null }],
  ['an input as a string', { prompt_tokens: '1000', prompt_tokens_details: null }],
  ['a missing input', { prompt_tokens: null, prompt_tokens_details: null }],
  ['a part as a string', { prompt_tokens_details: { cached_tokens: '100' } }],
])('%s makes the cost partial', (_name, more) => {
  expect(billed('chat', 'gpt-4o-audio-preview', { ...chat, ...more }).missing).toContain('unit');
});

it('an unknown unit beside the seconds of a transcription makes the cost partial', () => {
  const heard = { type: 'duration', seconds: 60 };
  expect(billed('audio', 'whisper-1', heard).dollars).toBeCloseTo(0.006, 12);
  expect(billed('audio', 'whisper-1', { ...heard, smell_tokens: 7 }).missing).toContain('smell_tokens');
  expect(billed('audio', 'whisper-1', { ...heard, details: { audio_tokens: 7 } }).missing).toContain('unit');
  expect(billed('audio', 'whisper-1', { ...heard, seconds: '60' }).missing).toContain('seconds');
  expect(normalizeUsage('audio', { ...heard, smell_tokens: 7 })).toEqual({ seconds: 60, smell_tokens: 7 });
  expect(normalizeUsage('audio', { duration: 60, segments: [{ tokens: [7, 8] }] })).toEqual({ seconds: 60 });
});

it('an unknown unit of a free model makes the cost partial', () => {
  const model = 'omni-moderation-latest';
  expect(billed('embeddings', model, { prompt_tokens: 100, total_tokens: 100 }).dollars).toBe(0);
  expect(billed('embeddings', model, { prompt_tokens: 100, smell_tokens: 7 }).missing).toContain(
    'smell_tokens',
  );
});

it.each<[name: string, usage: Fields]>([
  ['times', { queue_time: 0.1, prompt_time: 0.2, total_time: 3, tokens_per_second: 40 }],
  [
    'speeds',
    {
      time_to_first_token: 0.2,
      completion_tokens_per_sec: 300,
      completion_tokens_after_first_per_sec_first_ten: 310,
      total_latency: 1.5,
      acceptance_rate: 4,
    },
  ],
  ['monetary amounts', { prompt_tokens_cost: 0.1, total_tokens_price: 2, tokens_usd: 1 }],
  ['a five-minute cache write', { cache_creation: { ephemeral_5m_input_tokens: 0 } }],
  ['zeros', { smell_tokens: 0, tokens_by_kind: { smell: 0 }, search_units: '0' }],
  ['null values', { smell_tokens: null, details: null }],
  ['steps that are included in the totals', { iterations: [{ input_tokens: 5 }] }],
])('%s do not change the cost', (_name, more) => {
  const plain = { ...chat, prompt_tokens_details: { audio_tokens: 10 } };
  expect(billed('chat', 'gpt-4o-audio-preview', { ...plain, ...more }).dollars).toBeCloseTo(0.005085, 12);
});
