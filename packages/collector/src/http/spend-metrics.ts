import { createHash } from 'node:crypto';
import { Counter, Registry } from 'prom-client';
import { SPENDERS, type Spender, type SpendReader } from '../storage/read/usage/spend-reader.ts';

/** Maximum length of an id in a label. */
const MAX_LABEL = 128;

/**
 * Spend of the users and groups of a project, as counters in Prometheus's text format; empty if both are off.
 *
 * The series of one metric add up to the spend of the project. The label `kind` distinguishes users (`named`), the sum
 * of others, and calls without a user, so that no id can be confused with the latter two.
 */
export async function spendMetrics(reader: Pick<SpendReader, 'read'>, project: string): Promise<string> {
  const registry = new Registry();
  for (const spender of SPENDERS) {
    const rows = await reader.read(project, spender);
    if (rows === undefined) continue;
    const counter = (name: string, help: string): Counter<'kind' | Spender> =>
      new Counter({
        name: `userspan_${spender}_${name}_total`,
        help,
        labelNames: ['kind', spender],
        registers: [registry],
      });
    const cost = counter('cost_usd', `US dollars that each ${spender} spent, of calls that have a price`);
    const calls = counter('calls', `Calls of each ${spender}`);
    const unpriced = counter('unpriced_calls', `Calls of each ${spender} whose cost is not known`);
    const claimedCost = counter(
      'claimed_cost_usd',
      `US dollars of the calls that browsers claim of each ${spender}`,
    );
    const claimed = counter('claimed_calls', `Calls that browsers claim of each ${spender}`);
    for (const row of rows) {
      const labels = { kind: row.kind, [spender]: labelOf(row.id) };
      cost.inc(labels, Math.max(0, Number(row.cost)));
      calls.inc(labels, Math.max(0, row.calls));
      unpriced.inc(labels, Math.max(0, row.unpricedCalls));
      claimedCost.inc(labels, Math.max(0, Number(row.claimedCost)));
      claimed.inc(labels, Math.max(0, row.claimedCalls));
    }
  }
  const text = await registry.metrics();
  return text.trim() === '' ? '' : text;
}

/**
 * The label of an id. An id that is long or has control characters is shortened and gets its hash, so that different
 * ids have different series.
 */
function labelOf(id: string): string {
  const legible = id.replaceAll(/\p{C}/gu, '\uFFFD');
  if (legible === id && id.length <= MAX_LABEL) return id;
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 16);
  return `${legible.slice(0, MAX_LABEL).toWellFormed()}#${hash}`;
}
