// For applications.
export { explain, sumExact } from './bill.ts';
export { parsePrices } from './own-prices.ts';
export { priceOf } from './price-of.ts';
export type { Cost, CostLine, PricedCost, UnpricedCost } from './cost.ts';
export type { PriceRequest } from './price-request.ts';
export type { Dollars, ModelPrices, PriceOptions, TokenPrices, UnpricedCall } from './price-options.ts';
export type { Usage } from './usage.ts';

// For instrumentations, processors and the collector.
export { normalizeUsage } from './normalize-usage.ts';
export { providerOf } from './model-lookup.ts';
export { reprice } from './price-of.ts';
export type { UsageApi } from './normalize-usage.ts';
export type { PricedCall, Repriced } from './price-of.ts';
