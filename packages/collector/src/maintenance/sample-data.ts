import { randomUUID } from 'node:crypto';

import { deleteRows } from '../storage/engine/delete-rows.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import { SAMPLE_PREFIX, SAMPLE_SERVICE, sampleSpans } from './sample-spans.ts';

const BATCH = 5_000;

/** Whether the project shows sample data. */
export async function hasSample(pipeline: SpanPipeline, project: string): Promise<boolean> {
  const rows = await pipeline.store.query(
    'SELECT 1 AS one FROM usage_day WHERE project = {project:String} AND service = {service:String} LIMIT 1',
    { project, service: SAMPLE_SERVICE },
  );
  return rows.length > 0;
}

/** Puts a month of made-up calls into a project, through the same pipeline as everybody's. */
export async function addSample(
  pipeline: SpanPipeline,
  project: string,
  nowMs: number,
): Promise<{ calls: number; spans: number }> {
  const spans = sampleSpans(project, nowMs);
  const id = randomUUID();
  for (let at = 0; at < spans.length; at += BATCH) {
    await pipeline.write({ id: `sample-${id}-${at}`, spans: spans.slice(at, at + BATCH) });
  }
  return { calls: spans.filter(({ span }) => span.parentSpanId !== undefined).length, spans: spans.length };
}

/** Tables whose rows name the service that they are of. */
const SERVICE_TABLES = [
  'spans',
  'calls',
  'calls_unattributed',
  'usage_minute',
  'usage_hour',
  'usage_day',
  'totals_minute',
  'totals_hour',
] as const;

/** Takes the sample out again: every row of it, and nothing else. Returns how many spans there were. */
export async function removeSample(pipeline: SpanPipeline, project: string): Promise<number> {
  const { store } = pipeline;
  return pipeline.change(`sample-removal-${randomUUID()}`, async (builder) => {
    const [row] = await store.query<{ n: string }>(
      'SELECT count() AS n FROM spans FINAL WHERE project = {project:String} AND service = {service:String}',
      { project, service: SAMPLE_SERVICE },
    );
    const byService = { project, service: SAMPLE_SERVICE };
    for (const table of SERVICE_TABLES) {
      const where = 'project = {project:String} AND service = {service:String}';
      builder.mutations.push(deleteRows(store, table, where, byService));
    }
    const named = { project, prefix: SAMPLE_PREFIX };
    const isThread = 'project = {project:String} AND startsWith(thread_id, {prefix:String})';
    builder.mutations.push(deleteRows(store, 'threads', isThread, named));
    const isUser = 'project = {project:String} AND startsWith(user_id, {prefix:String})';
    builder.mutations.push(deleteRows(store, 'profiles', isUser, named));
    return Number(row?.n ?? 0);
  });
}
