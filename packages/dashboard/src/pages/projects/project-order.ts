import type { Order, ProjectSort } from '../../url/pages.ts';
import type { ProjectRow } from './project-columns.tsx';

type Figures = NonNullable<ProjectRow['figures']>;

/** The figure for each sort key; null if a project does not have it. */
const figureOf: Readonly<Record<Exclude<ProjectSort, 'name'>, (figures: Figures) => number | null>> = {
  alerts: ({ firing }) => firing,
  users: ({ summary }) => summary.users,
  calls: ({ summary }) => summary.calls,
  errors: ({ summary }) => summary.errors,
  unpriced: ({ summary }) => summary.unpricedCalls,
  coverage: ({ summary }) => summary.coverage.calls,
  change: ({ summary }) => (summary.before ? (summary.cost ?? 0) - (summary.before.cost ?? 0) : null),
  cost: ({ summary }) => summary.cost,
};

/** Sorts projects by a figure, then by name. Those without the figure come last in both directions. */
export function sortProjects(
  rows: readonly ProjectRow[],
  sort: ProjectSort,
  order: Order,
): readonly ProjectRow[] {
  const sign = order === 'asc' ? 1 : -1;
  const byName = (a: ProjectRow, b: ProjectRow): number => a.project.localeCompare(b.project, 'en');
  if (sort === 'name') return rows.toSorted((a, b) => sign * byName(a, b));
  const valueOf = ({ figures }: ProjectRow): number | null =>
    figures === undefined ? null : figureOf[sort](figures);
  return rows.toSorted((a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left === null || right === null) {
      return Number(left === null) - Number(right === null) || byName(a, b);
    }
    return sign * (left - right) || byName(a, b);
  });
}
