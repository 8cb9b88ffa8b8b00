import type { priceRequestOf } from '@userspan/ledger';
import type { Usage } from '@userspan/pricing';

import type { CallRow } from './call-row.ts';

/** The facts of a stored call that determine its price. */
export function pricedFacts(row: CallRow): Parameters<typeof priceRequestOf>[0] {
  return {
    ...(row.provider === '' ? {} : { provider: row.provider }),
    ...(row.model === '' ? {} : { model: row.model }),
    ...(row.request_model === '' ? {} : { requestModel: row.request_model }),
    ...(row.service_tier === '' ? {} : { serviceTier: row.service_tier }),
    ...(row.request_tier === '' ? {} : { requestServiceTier: row.request_tier }),
    ...(row.base_url === '' ? {} : { baseUrl: row.base_url }),
    usage: JSON.parse(row.usage) as Usage,
    startTimeUnixNano: BigInt(row.start_ns),
  };
}
