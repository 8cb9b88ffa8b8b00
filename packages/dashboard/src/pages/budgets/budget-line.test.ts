import { expect, test } from 'vitest';
import type { BudgetStatus } from '../../api/spend/budgets.ts';
import { budgetLineOf } from './budget-line.ts';

const status = (usd: string, period: BudgetStatus['period'], from: string, to: string): BudgetStatus => ({
  budget: 'b',
  name: 'b',
  of: 'user',
  id: 'u',
  usd,
  period,
  timeZone: 'UTC',
  spent: '0',
  unpricedCalls: 0,
  left: usd,
  percent: 0,
  isExceeded: false,
  from,
  to,
  exhaustedAt: null,
});
const november = status('30', 'month', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z');
const today = status('0.5', 'day', '2026-11-28T00:00:00Z', '2026-11-29T00:00:00Z');

test('draws the budget with the lowest amount per bar', () => {
  expect(budgetLineOf([], 'day')).toBeUndefined();
  expect(budgetLineOf([november], 'day')).toEqual({ usd: 1, text: 'Budget $30.00 a month, $1.00 a day' });
  expect(budgetLineOf([november, today], 'day')).toEqual({ usd: 0.5, text: 'Budget $0.50 a day' });
  expect(budgetLineOf([november], 'month')).toEqual({ usd: 30, text: 'Budget $30.00 a month' });
});
