import { expect, test } from 'vitest';
import type { Summary } from '../../api/summary.ts';
import type { ProjectRow } from './project-columns.tsx';
import { sortProjects } from './project-order.ts';

function row(project: string, cost?: number | null, calls = 1): ProjectRow {
  const figures =
    cost === undefined
      ? undefined
      : { summary: { cost, calls, before: null } as unknown as Summary, firing: 0 };
  return {
    project,
    url: '',
    alertsUrl: '',
    isCurrent: false,
    access: undefined,
    figures,
    failure: undefined,
  };
}

const rows = [row('waits'), row('b', 2, 7), row('unpriced', null, 9), row('a', 2, 8), row('c', 10, 1)];

test.each([
  ['cost', 'desc', 'c a b unpriced waits'],
  ['cost', 'asc', 'a b c unpriced waits'],
  ['calls', 'desc', 'unpriced a b c waits'],
  ['name', 'asc', 'a b c unpriced waits'],
  ['name', 'desc', 'waits unpriced c b a'],
  ['change', 'desc', 'a b c unpriced waits'],
] as const)('orders projects by %s, %s: %s', (sort, order, names) => {
  expect(
    sortProjects(rows, sort, order)
      .map(({ project }) => project)
      .join(' '),
  ).toBe(names);
});
