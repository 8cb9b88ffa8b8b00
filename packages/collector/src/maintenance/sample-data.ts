import { randomUUID } from 'node:crypto';

import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import { SAMPLE_PREFIX, SAMPLE_SERVICE } from './sample-span.ts';
import { sampleSpans } from './sample-spans.ts';

const BATCH = 5_000;

/** Whether the project has sample data. */
export function hasSample(pipeline: SpanPipeline, project: string): Promise<boolean> {
  return pipeline.store.usage.hasServiceUsage(project, SAMPLE_SERVICE);
}

/** Adds a month of generated calls to a project through the pipeline for received spans. */
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

/** Removes all sample data and nothing else. Returns the number of removed spans. */
export async function removeSample(pipeline: SpanPipeline, project: string): Promise<number> {
  const { store } = pipeline;
  return pipeline.change(`sample-removal-${randomUUID()}`, async (builder) => {
    const spans = await store.usage.countServiceSpans(project, SAMPLE_SERVICE);
    builder.remove(store.removals.removeService(project, { service: SAMPLE_SERVICE, prefix: SAMPLE_PREFIX }));
    return spans;
  });
}
