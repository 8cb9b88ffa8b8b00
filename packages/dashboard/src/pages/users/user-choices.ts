import type { ColumnChoices } from '../../list/column-choice.ts';

/** The columns of lists of users. */
export const userChoices: ColumnChoices = {
  labels: {
    user: 'User',
    group: 'Group',
    lastSeen: 'Last seen',
    firstSeen: 'First seen',
    trend: '30-day trend',
    calls: 'Calls',
    threads: 'Threads',
    tokens: 'Tokens',
    cached: 'Cached',
    errors: 'Errors',
    p50: 'Latency p50',
    p95: 'Latency p95',
    p99: 'Latency p99',
    firstChunk: 'First chunk p95',
    change: 'vs. before',
    cost: 'Cost',
    average: 'Average',
    median: 'Median',
  },
  first: 'user',
  fitting: {
    wide: ['user', 'group', 'lastSeen', 'trend', 'calls', 'tokens', 'errors', 'change', 'cost'],
    medium: ['user', 'group', 'lastSeen', 'calls', 'errors', 'change', 'cost'],
    narrow: ['user', 'cost'],
  },
  include: {
    trend: 'trend',
    median: 'median',
    change: 'before',
    p50: 'latency',
    p95: 'latency',
    p99: 'latency',
    firstChunk: 'latency',
  },
};
