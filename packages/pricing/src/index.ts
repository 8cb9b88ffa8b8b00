// For applications.
export { explain } from './explain.ts';
export { parsePrices } from './parse-prices.ts';
export { priceOf } from './price-of.ts';
export { sumExact } from './sum-exact.ts';
export type { Cost, CostLine, PricedCost, UnpricedCost } from './cost.ts';
export type { PriceRequest } from './price-request.ts';
export type { Dollars, ModelPrices, PriceOptions, TokenPrices, UnpricedCall } from './price-options.ts';
export type { Usage } from './usage.ts';

// For instrumentations, processors and the collector.
export { normalizeUsage } from './normalize-usage.ts';
export { providerOf } from './provider.ts';
export { reprice } from './reprice.ts';
export type { UsageApi } from './normalize-usage.ts';
export type { PricedCall, Repriced } from './reprice.ts';
