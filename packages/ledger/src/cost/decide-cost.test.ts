import { describe, expect, it } from 'vitest';
import { costLine, makeSpan } from '../../testing/make-span.ts';
import { callOf } from '../calls/read-span.ts';
import type { Call, CallCost } from '../calls/call.ts';
import { SpanToUserProcessor } from '../processors/span-to-user-processor.ts';
import type { Attributes, Span } from '../span.ts';
import { reprice } from './reprice.ts';

const OWN = {
  models: { 'gpt-4o-mini': { input: 1000, output: 1000 }, 'gpt-x': { input: 1000, output: 1000 } },
};

/** The four sources of a cost, each present or absent. */
interface Present {
  readonly own: boolean;
  readonly reported: boolean;
  readonly computed: boolean;
  readonly list: boolean;
}

const TABLE: readonly Present[] = Array.from({ length: 16 }, (_, at) => ({
  own: (at & 8) !== 0,
  reported: (at & 4) !== 0,
  computed: (at & 2) !== 0,
  list: (at & 1) !== 0,
}));

function expected({ own, reported, computed, list }: Present): string {
  if (own) return '0.029 custom';
  if (reported) return '7 provider';
  if (computed) return '5 computed';
  return list ? '0.00000885 list' : 'unpriced: openai has no price for the model "gpt-x"';
}

function spanOf({ reported, computed, list }: Present): Span {
  return makeSpan({
    'user.id': 'u',
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': list ? 'gpt-4o-mini' : 'gpt-x',
    'gen_ai.usage.input_tokens': 19,
    'gen_ai.usage.output_tokens': 10,
    ...(computed ? { 'gen_ai.cost.total_cost': 5 } : {}),
    ...(reported ? { 'gen_ai.usage.cost.amount': '7', 'gen_ai.usage.cost.source': 'provider' } : {}),
  });
}

function read(present: Present): Call {
  const call = callOf(spanOf(present), present.own ? { prices: OWN } : {});
  if (call === undefined) throw new Error('not a call');
  return call;
}

/** The cost that the in-process processor has for the only call. */
function inProcess(present: Present): string | null {
  const ledger = new SpanToUserProcessor(present.own ? { prices: OWN } : {});
  const span = spanOf(present);
  ledger.onEnd({
    ...span,
    kind: 2,
    spanContext: () => ({ traceId: span.traceId, spanId: span.spanId }),
    startTime: [1_793_527_200, 0],
    endTime: [1_793_527_201, 0],
    resource: { attributes: {} },
    instrumentationScope: span.scope,
    events: [],
  });
  return ledger.users()[0]?.costExact ?? null;
}

const amount = (line: string): string | null =>
  line.startsWith('unpriced') ? null : (line.split(' ')[0] ?? null);

describe('one precedence at intake, in the process and when repricing', () => {
  for (const present of TABLE) {
    const prices = present.own ? OWN : undefined;
    const names = Object.entries(present)
      .filter(([, is]) => is)
      .map(([name]) => name);
    const line = expected(present);

    it(`${names.join(' > ') || 'nothing known'}: ${line}`, () => {
      // At intake, in the process, when repricing (a dry run uses the same function), and when repricing again.
      const call = read(present);
      expect(costLine(call.cost)).toBe(line);
      expect(inProcess(present)).toBe(amount(line));
      const repriced = reprice(call, prices);
      expect(costLine(repriced.cost)).toBe(line);
      expect(costLine(reprice({ ...call, cost: repriced.cost }, prices).cost)).toBe(line);
    });

    it(`${names.join(' > ') || 'nothing known'}: an own price that is removed has no effect`, () => {
      const before = read({ ...present, own: false });
      const withOwn = reprice(before, OWN).cost;
      expect(costLine(withOwn)).toBe('0.029 custom');
      const after = reprice({ ...before, cost: withOwn }).cost;
      // If no other source has a price, the last cost is kept.
      const isUnpriced = 'unpriced' in before.cost;
      expect(costLine(after)).toBe(isUnpriced ? '0.029 custom' : costLine(before.cost));
    });
  }
});

const CHAT: Attributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.usage.input_tokens': 19,
  'gen_ai.usage.output_tokens': 10,
};
const LIST = '0.00000885 list';

describe('the reported cost', () => {
  it.each<{ name: string; more: Attributes; cost: string }>([
    { name: 'gen_ai.usage.cost', more: { 'gen_ai.usage.cost': 0.5 }, cost: '0.5 computed' },
    { name: 'the same as a string', more: { 'gen_ai.usage.cost': '0.50' }, cost: '0.5 computed' },
    {
      name: 'a string with an exponent',
      more: { 'gen_ai.usage.cost': '8.85e-06' },
      cost: '0.00000885 computed',
    },
    { name: 'gen_ai.usage.total_cost', more: { 'gen_ai.usage.total_cost': 0.5 }, cost: '0.5 computed' },
    { name: 'gen_ai.usage.cost_usd', more: { 'gen_ai.usage.cost_usd': 0.5 }, cost: '0.5 computed' },
    { name: 'LiteLLM', more: { 'gen_ai.cost.total_cost': 0.5 }, cost: '0.5 computed' },
    { name: 'LiteLLM v2', more: { 'litellm.cost.total': 0.5 }, cost: '0.5 computed' },
    { name: 'LiteLLM without a price', more: { 'gen_ai.cost.total_cost': 0 }, cost: LIST },
    {
      name: 'a computed cost of 0 for a model without a price',
      more: { 'gen_ai.request.model': 'gpt-x', 'gen_ai.usage.cost': 0 },
      cost: 'unpriced: openai has no price for the model "gpt-x"',
    },
    {
      name: 'an own price of 0',
      more: { 'gen_ai.usage.cost': 0, 'userspan.cost.source': 'custom' },
      cost: '0 custom',
    },
    {
      name: 'an amount in dollars',
      more: { 'gen_ai.usage.cost.amount': 0.5, 'gen_ai.usage.cost.currency': 'USD' },
      cost: '0.5 computed',
    },
    {
      name: 'an amount from the provider',
      more: { 'gen_ai.usage.cost.amount': 0.5, 'gen_ai.usage.cost.source': 'provider' },
      cost: '0.5 provider',
    },
    {
      name: 'an amount in another currency',
      more: { 'gen_ai.usage.cost.amount': 0.5, 'gen_ai.usage.cost.currency': 'eur' },
      cost: 'unpriced: the cost is stated in EUR (0.5), not in US dollars',
    },
    {
      name: 'an OpenRouter Broadcast span',
      more: {
        'gen_ai.system': 'openrouter',
        'gen_ai.provider.name': 'openrouter',
        'gen_ai.usage.total_cost': 0.5,
      },
      cost: '0.5 provider',
    },
    {
      name: 'a free model of a gateway',
      more: { 'gen_ai.provider.name': 'openrouter', 'gen_ai.usage.cost': 0 },
      cost: '0 provider',
    },
    {
      name: 'the AI gateway of Vercel, in provider metadata',
      more: { 'ai.response.providerMetadata': '{"gateway":{"cost":"0.00042"}}', 'gen_ai.usage.cost': 3 },
      cost: '0.00042 provider',
    },
    {
      name: 'OpenRouter, in provider metadata',
      more: { 'ai.response.providerMetadata': '{"openrouter":{"usage":{"cost":0.0001}}}' },
      cost: '0.0001 provider',
    },
    {
      name: 'flex, in provider metadata',
      more: { 'ai.response.providerMetadata': '{"openai":{"serviceTier":"priority"}}' },
      cost: '0.00001475 list',
    },
    {
      name: 'credits of Copilot',
      more: { 'github.copilot.cost': 2, 'github.copilot.nano_aiu': 1e9 },
      cost: LIST,
    },
    { name: 'a list price of Pydantic AI', more: { 'operation.cost': 0.00105 }, cost: LIST },
    {
      name: 'a list price of Pydantic AI for a model that is not in our list',
      more: { 'gen_ai.request.model': 'gpt-x', 'operation.cost': 0.00105 },
      cost: '0.00105 list',
    },
    {
      name: 'a list price of our own SDK',
      more: { 'gen_ai.usage.cost': 7, 'userspan.cost.source': 'list' },
      cost: LIST,
    },
    {
      name: 'an own price of the application',
      more: { 'gen_ai.usage.cost': 7, 'userspan.cost.source': 'custom' },
      cost: '7 custom',
    },
    {
      name: 'an older list of our own SDK, without a price',
      more: { 'userspan.cost.unpriced': 'openai has no price for the model "gpt-4o-mini"' },
      cost: LIST,
    },
    {
      name: 'usage that our own SDK did not receive',
      more: { 'userspan.cost.unpriced': 'the provider sent no usage' },
      cost: 'unpriced: the provider sent no usage',
    },
    {
      name: "the provider's cost, inside usage",
      more: { 'userspan.usage.provider_cost_usd': 0.25 },
      cost: '0.25 provider',
    },
    {
      name: 'a unit without a known price',
      more: { 'userspan.usage.smell_tokens': 7 },
      cost: expect.stringContaining('unpriced: gpt-4o-mini') as string,
    },
  ])('$name', ({ more, cost }) => {
    const call = callOf(makeSpan({ ...CHAT, ...more }));
    expect(call === undefined ? undefined : costLine(call.cost)).toEqual(cost);
  });

  it('is stored with the call, so that repricing takes it into account', () => {
    const prices = OWN;
    const call = callOf(makeSpan({ ...CHAT, 'gen_ai.usage.cost': 7 }), { prices }) as Call;
    expect([costLine(call.cost), call.statedCost]).toEqual([
      '0.029 custom',
      { usd: '7', source: 'computed' },
    ]);
    expect(costLine(reprice(call).cost)).toBe('7 computed');
    const old: CallCost = { usd: '7', source: 'provider' };
    const { statedCost, ...withoutStated } = call;
    void statedCost;
    expect(costLine(reprice({ ...withoutStated, cost: old }).cost)).toBe('7 provider');
  });
});

describe('a cost in another currency', () => {
  const RATES = { EUR: '1.08', JPY: 0.0064, KWD: '3.25', IDR: 0.00006, BTC: '999999999' };
  const euros = (amount: string | number, currency = 'EUR', more: Attributes = {}): Attributes => ({
    'gen_ai.usage.cost.amount': amount,
    'gen_ai.usage.cost.currency': currency,
    ...more,
  });
  it.each<{ name: string; more: Attributes; cost: string }>([
    { name: 'converted with the configured rate', more: euros(0.5), cost: '0.54 computed' },
    { name: 'a currency code in lower case', more: euros('0.50', 'eur'), cost: '0.54 computed' },
    {
      name: 'reported by the provider',
      more: euros(0.5, 'EUR', { 'gen_ai.usage.cost.source': 'provider' }),
      cost: '0.54 provider',
    },
    { name: 'a rate as a number', more: euros(125, 'JPY'), cost: '0.8 computed' },
    { name: 'a rate with an exponent', more: euros(250, 'IDR'), cost: '0.015 computed' },
    {
      name: 'more digits than a double can hold',
      more: euros('0.123456789012345', 'KWD'),
      cost: '0.40123456429012125 computed',
    },
    { name: 'nothing', more: euros(0), cost: LIST },
    {
      name: 'a cost of 0 reported by the provider',
      more: euros(0, 'GBP', { 'gen_ai.usage.cost.source': 'provider' }),
      cost: '0 provider',
    },
    {
      name: 'no rate',
      more: euros(0.5, 'GBP'),
      cost: 'unpriced: the cost is stated in GBP (0.5), not in US dollars',
    },
    {
      name: 'more than the maximum',
      more: euros(2, 'BTC'),
      cost: 'unpriced: the cost is stated in BTC (2), not in US dollars',
    },
    {
      name: 'the name of a prototype member',
      more: euros(2, '__proto__'),
      cost: 'unpriced: the cost is stated in __PROTO__ (2), not in US dollars',
    },
    { name: 'dollars', more: euros(0.5, 'usd'), cost: '0.5 computed' },
  ])('$name: $cost', ({ more, cost }) => {
    const prices = { currencyRates: RATES };
    const call = callOf(makeSpan({ 'user.id': 'u', ...CHAT, ...more }), { prices });
    if (call === undefined) throw new Error('not a call');
    expect(costLine(call.cost)).toBe(cost);
    expect(costLine(reprice(call, prices).cost)).toBe(cost);
    // A call keeps its cost if the rate is removed, because the amount is stored with the call.
    expect(costLine(reprice(call).cost)).toBe(cost);
    const isForeign = cost.startsWith('unpriced') || /0\.(?:54|8|015|401\d+) /.test(cost);
    expect(call.statedCost?.foreign !== undefined).toBe(isForeign);
  });

  it('an own price takes precedence', () => {
    const call = callOf(makeSpan({ 'user.id': 'u', ...CHAT, ...euros(0.5) }), {
      prices: { ...OWN, currencyRates: RATES },
    });
    expect(call && costLine(call.cost)).toBe('0.029 custom');
  });
});
