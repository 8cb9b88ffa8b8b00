import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../../testing/test-collector.ts';
import type { TestCollector } from '../../testing/test-collector.ts';
import { batch, call, NOON_MS, user } from '../../testing/trace-of.ts';

interface Sums {
  readonly calls: number;
  readonly costExact: string;
}
interface Summary extends Sums {
  readonly coverage: { readonly calls: number; readonly spend: number };
  readonly unattributed: Sums;
  readonly system: Sums;
  readonly unattributedBy: readonly { readonly service: string }[];
  readonly systemBy: readonly (Sums & { readonly service: string })[];
}

/** A name with characters that are special in queries and paths. */
const JOBS = "../jobs' OR 1=1 --";

let collector: TestCollector;

beforeAll(async () => {
  collector = await openTestCollector('chdb');
  const calls = [
    ['web', 'ada'],
    ['web', undefined],
    [JOBS, undefined],
    [JOBS, undefined],
    // A user that a system service names remains a user.
    [JOBS, 'bob'],
  ] as const;
  await collector.pipeline.write(
    batch(
      ...calls.map(([service, id], at) => ({
        trace: at + 1,
        id: 1,
        service,
        attributes: { ...call(), ...(id === undefined ? {} : user(id)) },
      })),
    ),
  );
}, 60_000);
afterAll(() => collector.close());

const summary = (query = ''): Promise<Summary> => collector.get<Summary>(`/api/summary?${query}`);
const coverageOfAlerts = async (): Promise<string> => {
  const span = { fromMs: NOON_MS - 3_600_000, toMs: NOON_MS + 3_600_000 };
  const series = [{ span, filter: {}, sums: ['calls', 'attributed'] as const }];
  const sums = await collector.pipeline.store.alerting.readWindowSums({
    project: 'default',
    by: 'project',
    series,
  });
  const [found] = sums.get('') ?? [];
  return `${found?.attributed} of ${found?.calls}`;
};
const path = `/api/system-services/${encodeURIComponent(JOBS)}`;

test('one request makes a service a system service, including past calls, and another request reverts it', async () => {
  const before = await summary();
  expect(before).toMatchObject({
    calls: 5,
    coverage: { calls: 0.4, spend: 0.4 },
    unattributed: { calls: 3, costExact: '0.75' },
    system: { calls: 0, costExact: '0' },
    systemBy: [],
  });
  expect(await coverageOfAlerts()).toBe('2 of 5');

  const put = await collector.app.inject({ method: 'PUT', url: path });
  expect(put.json()).toMatchObject({ service: JOBS });
  const after = await summary();
  expect(after).toMatchObject({
    calls: 5,
    costExact: before.costExact,
    coverage: { calls: 0.8, spend: 0.8 },
    unattributed: { calls: 1, costExact: '0.25' },
    system: { calls: 2, costExact: '0.5' },
    systemBy: [{ service: JOBS, calls: 2, costExact: '0.5' }],
  });
  expect(after.unattributedBy.map(({ service }) => service)).toEqual(['web']);
  expect(await coverageOfAlerts()).toBe('4 of 5');
  expect((await collector.get<{ data: unknown[] }>('/api/calls?attributed=false')).data.length).toBe(1);
  const named = `/api/calls?attributed=false&service=${encodeURIComponent(JOBS)}`;
  expect((await collector.get<{ data: unknown[] }>(named)).data.length).toBe(2);
  // With a filter, the parts also add up.
  const filtered = await summary(`service=${encodeURIComponent(JOBS)}`);
  expect(filtered).toMatchObject({ calls: 3, unattributed: { calls: 0 }, system: { calls: 2 } });
  // Other projects do not change.
  expect(await collector.get('/api/system-services', 'other')).toEqual({ data: [] });
  expect(await collector.get('/api/system-services')).toMatchObject({ data: [{ service: JOBS }] });

  await collector.send('DELETE', path);
  expect(await summary()).toEqual(before);
  expect(await coverageOfAlerts()).toBe('2 of 5');
  const again = await collector.app.inject({ method: 'DELETE', url: path });
  expect(again.statusCode).toBe(404);
});
