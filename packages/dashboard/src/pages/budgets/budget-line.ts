import { useQuery } from '@tanstack/react-query';
import { ownBudgetQuery, type BudgetStatus } from '../../api/spend/budgets.ts';
import { formatMoney } from '../../format/money.ts';
import type { Bucket } from '../../url/range.ts';

/** The line of a budget on a chart, with its text. */
export interface BudgetLine {
  readonly usd: number;
  readonly text: string;
}

const hourMs = 3_600_000;
const bucketMs: Readonly<Record<Bucket, number>> = {
  hour: hourMs,
  day: 24 * hourMs,
  week: 168 * hourMs,
  month: 730.5 * hourMs,
};

/** Returns the strictest budget of a user or group as an amount per bar, dividing the amount of the period evenly. */
export function useBudgetLine(of: 'users' | 'groups', id: string, bucket: Bucket): BudgetLine | undefined {
  const { data } = useQuery(ownBudgetQuery(of, id));
  return budgetLineOf(data?.budgets ?? [], bucket);
}

export function budgetLineOf(budgets: readonly BudgetStatus[], bucket: Bucket): BudgetLine | undefined {
  const lines = budgets.map(({ usd, from, to, period }) => {
    const periodMs = Date.parse(to) - Date.parse(from);
    const share = Number(usd) * (period === bucket ? 1 : bucketMs[bucket] / periodMs);
    const pace =
      period === bucket ? '' : `, ${formatMoney(String(share))} ${bucket === 'hour' ? 'an' : 'a'} ${bucket}`;
    return { usd: share, text: `Budget ${formatMoney(usd)} a ${period}${pace}` };
  });
  return lines.sort((a, b) => a.usd - b.usd)[0];
}
