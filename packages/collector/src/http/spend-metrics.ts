import { createHash } from 'node:crypto';
import { Counter, Registry } from 'prom-client';
import { SPENDERS, type Spender, type SpendReader } from '../storage/read/usage/spend-reader.ts';

/** Longest id that a label holds as it is. */
const MAX_LABEL = 128;

/**
 * What the users and groups of a project spent, as counters in Prometheus's text format; empty where no kind is on.
 *
 * The series of one metric add up to what the project spent: `kind` says whether a series is of a user (`named`), of all
 * others, or of calls without a user, so that no id can be taken for one of those.
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

/** An id that is long or has control characters is cut to what is legible, with its hash: two ids are never one series. */
function labelOf(id: string): string {
  const legible = id.replaceAll(/\p{C}/gu, '\uFFFD');
  if (legible === id && id.length <= MAX_LABEL) return id;
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 16);
  return `${legible.slice(0, MAX_LABEL).toWellFormed()}#${hash}`;
}
