import { fromUnits, toUnits } from '@userspan/ledger';

import type { Storage } from '../storage/storage.ts';
import { billedUnits } from './exporter.ts';
import type { UsageLine } from './focus.ts';

/** Usage of one day by customer and model. */
class DaySums {
  /** The key is `customer\0model`; the customer is empty if there is none. */
  readonly byKey = new Map<string, { cost: bigint; tokens: bigint; unpriced: bigint }>();
  readonly #customerOf: (userId: string) => string;

  constructor(customerOf: (userId: string) => string) {
    this.#customerOf = customerOf;
  }

  add(
    measure: 'cost' | 'tokens' | 'unpriced',
    rows: Awaited<ReturnType<Storage['metering']['readOwed']>>,
  ): void {
    for (const { user_id: userId, model, quantity } of rows) {
      const key = `${this.#customerOf(userId)}\0${model}`;
      const sum = this.byKey.get(key) ?? { cost: 0n, tokens: 0n, unpriced: 0n };
      sum[measure] += toUnits(quantity);
      this.byKey.set(key, sum);
    }
  }
}

/**
 * Usage of every customer, day by day. `markUp` is a factor such as `1.2`. Days are since the epoch, the last one
 * inclusive.
 */
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
    const sums = new DaySums((userId) => directory.customerOf(userId, customer) ?? '');
    sums.add('cost', await store.metering.readOwed(project, day, 'cost'));
    sums.add('tokens', await store.metering.readOwed(project, day, 'tokens'));
    sums.add('unpriced', await store.metering.readOwed(project, day, 'unpriced'));
    for (const [key, { cost, tokens, unpriced }] of [...sums.byKey].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (cost === 0n && tokens === 0n && unpriced === 0n) continue;
      const [name = '', model = ''] = key.split('\0');
      yield {
        customer: name === '' ? null : name,
        day,
        model,
        cost: fromUnits(cost),
        billed: fromUnits(billedUnits(terms, cost)),
        quantity: fromUnits(tokens),
        unit: 'Tokens',
        unpricedCalls: Number(fromUnits(unpriced)),
      };
    }
  }
}
