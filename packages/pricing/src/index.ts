// For applications.
export { explain, sumExact } from './billing/bill.ts';
export { parsePrices } from './own/parse-prices.ts';
export { listPriceOf, ownPriceOf, priceOf } from './price-of.ts';
export type { Cost, CostLine, PricedCost, UnpricedCost } from './billing/cost.ts';
export type { PriceRequest } from './price-request.ts';
export type { Dollars, ModelPrices, PriceOptions, TokenPrices, UnpricedCall } from './price-options.ts';
export type { Usage } from './usage/usage.ts';

// For instrumentations, processors and the collector.
export { dollarsOf } from './price-of.ts';
export type { CostInDollars } from './price-of.ts';
export { normalizeUsage } from './usage/normalize-usage.ts';
export { isUnitName } from './usage/unknown-units.ts';
export { providerOf } from './names/provider-names.ts';
export { isFramework, vendorOfModel } from './names/provider-of-call.ts';
export type { UsageApi } from './usage/normalize-usage.ts';
