import type { Budget } from '../../api/spend/budgets.ts';
import { formatMoney } from '../../format/money.ts';

/** Who a budget is for: `Each user with plan pro`. */
export function budgetTarget({ user, group, of, props }: Budget): string {
  if (user !== undefined) return `User ${user}`;
  if (group !== undefined) return `Group ${group}`;
  const where = Object.entries(props ?? {}).map(([name, values]) => `${name} ${values.join(' or ')}`);
  return `Each ${of ?? 'user'}${where.length === 0 ? '' : ` with ${where.join(' and ')}`}`;
}

/** `$5.00 a month (Europe/Berlin)`. */
export function budgetAmount({ usd, period, timeZone }: Pick<Budget, 'usd' | 'period' | 'timeZone'>): string {
  return `${formatMoney(usd)} a ${period}${timeZone === 'UTC' ? '' : ` (${timeZone})`}`;
}
