import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/**
 * Files that take 40 seconds or more in `.ci/run` on two cores, the longest first. Vitest would begin with the largest, or with
 * those that took longest in its last run on the same machine, and end with one worker while the others wait.
 */
const LONGEST: readonly string[] = [
  'test/dashboard-pages/reading.test.ts',
  'test/dashboard-pages/keyboard.test.ts',
  'packages/collector/src/attribution/kill-between-parts.test.ts',
  'packages/collector/src/maintenance/reconcile.test.ts',
  'packages/collector/src/storage/engine/clickhouse-store.test.ts',
  'packages/collector/src/attribution/split-batches.test.ts',
  'packages/collector/src/ingest/kill-nine.test.ts',
  'test/pipeline/process-end.test.ts',
  'test/dashboard-pages/money-pages.test.ts',
  'packages/collector/src/cli/doctor-hops.test.ts',
  'test/dashboard-pages/troubles.test.ts',
  'packages/collector/src/storage/read/cluster.test.ts',
  'packages/collector/src/storage/engine/older-stores.test.ts',
  'test/dashboard-pages/hands-on.test.ts',
  'packages/collector/src/attribution/linked-traces.test.ts',
  'test/openai-ways/src/ways.test.ts',
  'test/dashboard-pages/open-menus.test.ts',
  'packages/collector/src/alerts/delivery/digest.property.test.ts',
  'test/dashboard-pages/scope.test.ts',
  'test/dashboard-pages/changes.test.ts',
  'packages/collector/src/cli/userspan.test.ts',
  'packages/collector/src/storage/engine/chdb-store.test.ts',
  'packages/collector/src/api/lists.test.ts',
  'packages/collector/src/alerts/unlisted-changes.test.ts',
  'packages/node/src/middleware/middleware.test.ts',
  'packages/collector/src/api/usage/cost-of-a-day.test.ts',
  'test/openai-ways/src/processes.test.ts',
  'packages/collector/src/metering/biller-faults.test.ts',
  'packages/collector/src/api/usage/random-scope.test.ts',
];

/** Runs the longest files first, so that all workers end at about the same time. */
export class LongestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const places = new Map(LONGEST.map((file, place) => [file, place]));
    const root = `${this.ctx.config.root}/`;
    const placeOf = ({ moduleId }: TestSpecification): number =>
      places.get(moduleId.replace(root, '')) ?? LONGEST.length;
    return (await super.sort(specifications)).toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}
