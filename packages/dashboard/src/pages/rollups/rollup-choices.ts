import type { RollupKind } from '../../api/rollups.ts';
import type { ColumnChoices } from '../../list/column-choice.ts';
import type { PageWidth } from '../../ui/page/page-width.ts';

/** The words for the rows of a list. */
export interface RollupWords {
  readonly title: string;
  /** Name of one row. */
  readonly noun: string;
  /** Name of the row for calls without a value. */
  readonly none: string;
  readonly fileName: string;
}

export const rollupWords: Readonly<Record<RollupKind, RollupWords>> = {
  groups: { title: 'Groups', noun: 'Group', none: 'no group', fileName: 'groups.csv' },
  models: { title: 'Models', noun: 'Model', none: 'unknown model', fileName: 'models.csv' },
  tags: { title: 'Features', noun: 'Feature', none: 'no tag', fileName: 'features.csv' },
  services: { title: 'Services', noun: 'Service', none: 'unknown service', fileName: 'services.csv' },
};

/** Default columns, without the first column, which has the name of the row. */
const fitting: Readonly<Record<RollupKind, Readonly<Record<PageWidth, readonly string[]>>>> = {
  groups: {
    wide: ['share', 'users', 'calls', 'tokens', 'errors', 'p95', 'costPerUser', 'change', 'cost'],
    medium: ['users', 'calls', 'errors', 'p95', 'change', 'cost'],
    narrow: ['calls', 'cost'],
  },
  models: {
    wide: ['share', 'users', 'calls', 'tokens', 'errors', 'p95', 'average', 'change', 'cost'],
    medium: ['users', 'calls', 'errors', 'p95', 'change', 'cost'],
    narrow: ['calls', 'cost'],
  },
  tags: {
    wide: ['users', 'costPerUser', 'costPerThread', 'p95', 'thumbs', 'calls', 'errors', 'change', 'cost'],
    medium: ['users', 'costPerUser', 'p95', 'calls', 'change', 'cost'],
    narrow: ['calls', 'cost'],
  },
  services: {
    wide: ['share', 'users', 'calls', 'tokens', 'errors', 'p95', 'costPerUser', 'change', 'cost'],
    medium: ['users', 'calls', 'errors', 'p95', 'change', 'cost'],
    narrow: ['calls', 'cost'],
  },
};

/** The columns of a list of figures. */
export function rollupChoices(kind: RollupKind): ColumnChoices {
  const fits = fitting[kind];
  return {
    labels: {
      name: rollupWords[kind].noun,
      share: 'Share',
      users: 'Users',
      threads: 'Threads',
      calls: 'Calls',
      tokens: 'Tokens',
      cached: 'Cached',
      errors: 'Errors',
      p50: 'Latency p50',
      p95: 'Latency p95',
      p99: 'Latency p99',
      firstChunk: 'First chunk p95',
      average: 'Average',
      costPerUser: 'Per user',
      costPerThread: 'Per thread',
      thumbs: 'Thumbs',
      change: 'vs. before',
      cost: 'Cost',
    },
    first: 'name',
    fitting: {
      wide: ['name', ...fits.wide],
      medium: ['name', ...fits.medium],
      narrow: ['name', ...fits.narrow],
    },
    include: {
      threads: 'latency',
      p50: 'latency',
      p95: 'latency',
      p99: 'latency',
      firstChunk: 'latency',
      costPerThread: 'latency',
      thumbs: 'feedback',
      change: 'before',
    },
  };
}
