import { expect, test } from 'vitest';
import type { Attributes, Span } from '../span.ts';
import { firstChunkNsOf } from './first-chunk.ts';

const START_NS = BigInt(Date.UTC(2026, 10, 20, 12)) * 1_000_000n;

/** A span of two seconds. */
function spanWith(attributes: Attributes): Span {
  return {
    traceId: '1'.repeat(32),
    spanId: '2'.repeat(16),
    name: 'chat',
    startTimeUnixNano: START_NS,
    endTimeUnixNano: START_NS + 2_000_000_000n,
    attributes,
    resource: {},
  } as unknown as Span;
}

test.each<readonly [attributes: Attributes, milliseconds: number | undefined]>([
  [{ 'gen_ai.response.time_to_first_chunk': 0.25 }, 250],
  [{ 'gen_ai.response.time_to_first_chunk': '0.25' }, 250],
  [{ 'gen_ai.server.time_to_first_token': 1 }, 1000],
  [{ 'ai.response.msToFirstChunk': 312.5 }, 312.5],
  [{ 'ai.response.msToFirstChunk': 312.5, 'gen_ai.response.time_to_first_chunk': 0.3 }, 300],
  [{ 'langfuse.observation.completion_start_time': '2026-11-20T12:00:00.488Z' }, 488],
  [{ 'langfuse.observation.completion_start_time': '"2026-11-20T12:00:00.488Z"' }, 488],
  // Outside of the call, or not a time.
  [{ 'gen_ai.response.time_to_first_chunk': 2.5 }, undefined],
  [{ 'gen_ai.response.time_to_first_chunk': -1 }, undefined],
  [{ 'gen_ai.response.time_to_first_chunk': 0 }, undefined],
  [{ 'gen_ai.response.time_to_first_chunk': Number.NaN }, undefined],
  [{ 'gen_ai.response.time_to_first_chunk': 1e300 }, undefined],
  [{ 'langfuse.observation.completion_start_time': '2026-11-20T11:00:00Z' }, undefined],
  [{ 'langfuse.observation.completion_start_time': 'soon' }, undefined],
  [{}, undefined],
])('reads %j as %s ms', (attributes, milliseconds) => {
  const ns = firstChunkNsOf(spanWith(attributes));
  expect(ns === undefined ? undefined : Math.round(ns / 1e5) / 10).toBe(milliseconds);
});
