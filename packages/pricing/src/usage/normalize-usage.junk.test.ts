import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { normalizeUsage } from './normalize-usage.ts';
import type { UsageApi } from './normalize-usage.ts';

const APIS = [
  'chat',
  'responses',
  'completions',
  'embeddings',
  'images',
  'audio',
  'speech',
  'realtime',
  'anthropic',
  'gemini',
] as const satisfies readonly UsageApi[];

/** Every function with which a library can print. */
const printed = (['log', 'warn', 'error', 'info', 'debug'] as const).map((method) =>
  vi.spyOn(console, method),
);

/** The faults of a normalized usage: invalid counts and printed output. */
function faultsOf(api: UsageApi, raw: unknown): string[] {
  const faults: string[] = [];
  for (const [field, value] of Object.entries(normalizeUsage(api, raw)) as [string, unknown][]) {
    const isText = field === 'imageSize' || field === 'imageQuality';
    const isCount =
      typeof value === 'number' && value >= 0 && Number.isFinite(value) && !Object.is(value, -0);
    if (isText ? typeof value !== 'string' : !isCount) faults.push(`${field}: ${String(value)}`);
  }
  for (const print of printed) if (print.mock.calls.length > 0) faults.push('printed');
  return faults;
}

/** Objects whose getters and methods throw. */
function hostile(): readonly unknown[] {
  const cycle: Record<string, unknown> = { prompt_tokens: 1 };
  cycle['prompt_tokens_details'] = cycle;
  cycle['usage'] = cycle;
  const throwing = new Proxy(
    {},
    {
      get() {
        throw new Error('no');
      },
    },
  );
  const endless: object = new Proxy({}, { get: () => endless });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return [
    cycle,
    throwing,
    endless,
    proxy,
    {
      get usage(): never {
        throw new Error('no');
      },
    },
    { prompt_tokens_details: { valueOf: 1, toString: null } },
    Object.create(null),
    Symbol('usage'),
    10n,
    () => 1,
    new Map([['prompt_tokens', 1]]),
    'x'.repeat(10_000),
    '\uD800',
    JSON.parse('{"__proto__":{"prompt_tokens":5}}'),
    { data: { length: -1 }, size: '\u0000\r\n' },
    { output: Array.from({ length: 50_000 }, () => ({ type: 'web_search_call' })) },
  ];
}

const NAMES =
  'prompt_tokens completion_tokens total_tokens input_tokens output_tokens cost seconds prompt_tokens_details ' +
  'completion_tokens_details input_tokens_details cached_tokens audio_tokens cache_read_input_tokens cache_creation ' +
  'cache_creation_input_tokens ephemeral_1h_input_tokens promptTokenCount candidatesTokenCount thoughtsTokenCount ' +
  'promptTokensDetails totalTokenCount reasoning_tokens data size duration is_byok cost_in_usd_ticks citation_tokens ' +
  'cost_details upstream_inference_cost';
const name = fc.constantFrom(...NAMES.split(' '));
const odd = [
  Number.NaN,
  Infinity,
  -Infinity,
  -0,
  1e308,
  5e-324,
  2 ** 53,
  null,
  undefined,
  '',
  '12',
  true,
  3n,
];
const junk = fc.oneof(
  fc.integer({ min: -10, max: 1_000_000 }),
  fc.constantFrom(...odd),
  fc.double(),
  fc.string(),
);
const usages = fc.dictionary(
  name,
  fc.oneof(
    { weight: 4, arbitrary: junk },
    fc.dictionary(name, junk),
    fc.array(fc.record({ modality: fc.constantFrom('AUDIO', 'TEXT', 1), tokenCount: junk })),
  ),
);

describe.each(APIS)('%s does not throw, print or invent counts', (api) => {
  it('for hostile objects', () => {
    expect(hostile().flatMap((raw) => faultsOf(api, raw))).toEqual([]);
  });

  it('for any value', () => {
    const anything = fc.anything({ withBigInt: true, withSparseArray: true, withTypedArray: true });
    fc.assert(
      fc.property(anything, (raw) => {
        expect(faultsOf(api, raw)).toEqual([]);
      }),
      { numRuns: 200 },
    );
    expect(printed).toHaveLength(5);
  });

  it('for usages with invalid and missing parts', () => {
    fc.assert(
      fc.property(usages, (raw) => {
        expect(faultsOf(api, raw)).toEqual([]);
        expect(faultsOf(api, { usage: raw, usageMetadata: raw, x_groq: { usage: raw } })).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(printed).toHaveLength(5);
  });
});
