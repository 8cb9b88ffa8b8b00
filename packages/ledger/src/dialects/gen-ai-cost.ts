import { ATTR_COST, ATTR_PROVIDER_NAME } from '@userspan/core/semconv';
import { foreignCost } from '../cost/foreign-cost.ts';
import type { StatedCost, StatedCostSource } from '../cost/stated-cost.ts';
import { NameIndex } from '../reading/name-index.ts';
import { own, readMoney, readText } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';

/** US dollars that a sender computed: names of OpenLIT, LiteLLM and Sentry, and common variants. */
const COMPUTED_KEYS = [
  ATTR_COST,
  'gen_ai.usage.total_cost',
  'gen_ai.usage.cost_usd',
  'gen_ai.cost.total_cost',
  'litellm.cost.total',
  'llm.usage.total_cost',
  'gen_ai.cost.total_tokens',
];
/** Pydantic AI takes this cost from genai-prices. Our list is at least as exact. */
const LIST_KEYS = ['operation.cost'];
const AMOUNTS = new NameIndex<'amount' | 'computed' | 'listed'>({
  amount: ['gen_ai.usage.cost.amount'],
  computed: COMPUTED_KEYS,
  listed: LIST_KEYS,
});
/** Gateways whose spans state the charged amount. */
const GATEWAYS: ReadonlySet<string> = new Set(['openrouter', 'vercel', 'cloudflare']);

/**
 * The cost of a span under the names of the GenAI conventions and related ones.
 *
 * Credits (`github.copilot.cost`, `nano_aiu`) are not dollars, so they are ignored.
 */
export function readGenAICost(attributes: Attributes): StatedCost | undefined {
  const { amount, computed, listed } = AMOUNTS.read(attributes, readMoney);
  if (amount !== undefined) return withCurrency(attributes, amount);
  if (computed !== undefined) {
    const source: StatedCostSource = isFromGateway(attributes) ? 'provider' : 'computed';
    if (computed !== '0' || source === 'provider' || listed === undefined) return { usd: computed, source };
  }
  return listed === undefined ? undefined : { usd: listed, source: 'list' };
}

/** `gen_ai.usage.cost.amount` with `.currency` and `.source` (`provider` or `local`), as the conventions propose. */
function withCurrency(attributes: Attributes, amount: string): StatedCost {
  const currency = readText(attributes, 'gen_ai.usage.cost.currency') ?? 'USD';
  const isReported =
    readText(attributes, 'gen_ai.usage.cost.source') === 'provider' || isFromGateway(attributes);
  const source = isReported ? 'provider' : 'computed';
  // Zero needs no conversion.
  if (currency.toUpperCase() === 'USD' || amount === '0') return { usd: amount, source };
  return foreignCost({ amount, currency: currency.slice(0, 12).toUpperCase(), source });
}

function isFromGateway(attributes: Attributes): boolean {
  if (own(attributes, 'trace.metadata.openrouter.source') === 'openrouter') return true;
  const names = [readText(attributes, ATTR_PROVIDER_NAME), readText(attributes, 'gen_ai.system')];
  return names.some((name) => name !== undefined && GATEWAYS.has(name.toLowerCase()));
}
