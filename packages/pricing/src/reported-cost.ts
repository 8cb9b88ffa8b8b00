import { field, measure } from './usage-fields.ts';

const TICKS_PER_DOLLAR = 10_000_000_000;

/**
 * What the provider itself says the call cost, in US dollars: OpenRouter's `cost`, Perplexity's `cost.total_cost`,
 * xAI's `cost_in_usd_ticks`, DeepInfra's `estimated_cost`.
 */
export function reportedCost(usage: unknown): number | undefined {
  const cost = field(usage, 'cost');
  if (field(usage, 'is_byok') === true) return byokCost(usage, measure(cost));
  const ticks = measure(field(usage, 'cost_in_usd_ticks'));
  return (
    measure(cost) ??
    measure(field(cost, 'total_cost')) ??
    (ticks === undefined ? undefined : ticks / TICKS_PER_DOLLAR) ??
    measure(field(usage, 'estimated_cost'))
  );
}

/** With the caller's own key `cost` is OpenRouter's fee only; the vendor bills the caller for the rest. */
function byokCost(usage: unknown, fee: number | undefined): number | undefined {
  const upstream = measure(field(field(usage, 'cost_details'), 'upstream_inference_cost'));
  return upstream === undefined ? undefined : upstream + (fee ?? 0);
}
