import { describe, expect, test } from 'vitest';

import type { QueryOptions, Store } from '../../engine/store.ts';
import { RecentAnswers } from '../query/recent-answers.ts';
import { EVERYBODY } from '../users/matching-keys.ts';
import type { SeriesQuery } from './series-query.ts';
import { usageReader } from './usage-reader.ts';

const DAY_MS = 86_400_000;
const OF_GROUP = { ...EVERYBODY, users: { props: new Map(), group: ['acme'] } };

/** A store without rows that records whether its queries yield. */
function recordingStore(): { readonly store: Store; readonly yielded: boolean[] } {
  const yielded: boolean[] = [];
  const store = {
    claimed: 'separate',
    query: (_sql: string, _parameters: unknown, options?: QueryOptions) => {
      yielded.push(options?.isYielding === true);
      return Promise.resolve([]);
    },
  } as Partial<Store> as Store;
  return { store, yielded };
}

describe('a chart yields to lists if it reads the sums of each user', () => {
  const cases: readonly [string, Pick<SeriesQuery, 'by' | 'scope' | 'userIds' | 'filter'>, boolean][] = [
    ['the whole project', { filter: {} }, false],
    ['the whole project, with an empty filter of users', { filter: {}, scope: EVERYBODY }, false],
    ['the whole project by model', { filter: {}, by: 'model', scope: EVERYBODY }, false],
    ['a model by tag', { filter: { model: ['gpt-4.1'] }, by: 'tag', scope: EVERYBODY }, false],
    ['by group', { filter: {}, by: 'group', scope: EVERYBODY }, true],
    ['a group by model', { filter: {}, by: 'model', scope: OF_GROUP }, true],
    ['one user', { filter: {}, userIds: ['u1'] }, true],
  ];
  test.each(cases)('%s', async (_, query, isYielding) => {
    const { store, yielded } = recordingStore();
    const range = { fromMs: 0, toMs: DAY_MS };
    await usageReader(store, new RecentAnswers(store)).readSeries({
      project: 'p',
      range,
      bucket: 'day',
      timeZone: 'UTC',
      ...query,
    });
    expect(new Set(yielded)).toEqual(new Set([isYielding]));
  });
});
