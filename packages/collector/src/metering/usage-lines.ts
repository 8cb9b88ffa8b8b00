import { fromUnits, toUnits } from '@userspan/ledger';

import type { Storage } from '../storage/storage.ts';
import { billedUnits } from './exporter.ts';
import type { UsageLine } from './focus.ts';

/** What every customer used, day by day; `markUp` is a factor such as `1.2`. Days are since the epoch, the last inside. */
export async function* usageLines(
  store: Pick<Storage, 'alerting' | 'metering'>,
  query: {
    readonly project: string;
    readonly firstDay: number;
    readonly lastDay: number;
    readonly customer: string;
    readonly markUp: string;
  },
): AsyncGenerator<UsageLine> {
  const { project, customer, markUp } = query;
  const directory = store.alerting.openDirectory(project);
  await directory.refreshAliases();
  if (customer !== 'user') await directory.refreshUsers([]);
  const terms = { markUp, unit: 'usd', decimals: 18, measure: 'cost' } as const;
  const days = await store.metering.readDayFingerprints(project, query.firstDay);
  for (const day of [...days.keys()].filter((each) => each <= query.lastDay).sort((a, b) => a - b)) {
    const sums = new Map<string, { cost: bigint; tokens: bigint }>();
    for (const measure of ['cost', 'tokens'] as const) {
      for (const { user_id: userId, model, quantity } of await store.metering.readOwed(
        project,
        day,
        measure,
      )) {
        const key = `${directory.customerOf(userId, customer) ?? ''}\0${model}`;
        const sum = sums.get(key) ?? { cost: 0n, tokens: 0n };
        sum[measure] += toUnits(quantity);
        sums.set(key, sum);
      }
    }
    for (const [key, { cost, tokens }] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (cost === 0n && tokens === 0n) continue;
      const [name = '', model = ''] = key.split('\0');
      yield {
        customer: name === '' ? null : name,
        day,
        model,
        cost: fromUnits(cost),
        billed: fromUnits(billedUnits(terms, cost)),
        quantity: fromUnits(tokens),
        unit: 'Tokens',
      };
    }
  }
}
