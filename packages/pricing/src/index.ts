// For applications and instrumentations.
export { normalizeUsage } from './normalize-usage.ts';
export { priceOf } from './price-of.ts';
export { providerOf } from './provider.ts';
export type { Cost, CostLine, PricedCost, UnpricedCost } from './cost.ts';
export type { PriceRequest } from './price-request.ts';
export type { Usage } from './usage.ts';
export type { UsageApi } from './normalize-usage.ts';
