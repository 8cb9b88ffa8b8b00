import { createHash, randomUUID } from 'node:crypto';

import { spansOfUsersInSteps } from '@userspan/ledger';

import { TimeSlice } from '../runtime/time-slice.ts';
import { groupLinkedTraces } from '../storage/read/traces/load-linked-traces.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';
import { resolveTraces } from '../attribution/resolve-state.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import type { WriteBatchBuilder } from '../storage/write/write-batch.ts';
import { tombstoneHash } from '../storage/write/tombstones.ts';

/** What was erased. */
export interface Erasure {
  /** Id of this erasure, for later inquiries. */
  readonly receipt: string;
  /** SHA-256 of the id. The id itself is not stored. */
  readonly user: string;
  readonly atMs: number;
  readonly calls: number;
  readonly spans: number;
  readonly threads: number;
  readonly profiles: number;
  readonly aliases: number;
}

/** Number of traces per step. */
const CHUNK = 2_000;

/**
 * Removes the spans of users and attributes the rest of their traces again. Afterwards, figures equal those of a
 * collector that never received the removed spans.
 *
 * `removeUsers` removes all rows of the erased users; this only changes rows of others.
 */
async function removeSpansOfUsers(
  pipeline: SpanPipeline,
  builder: WriteBatchBuilder,
  project: string,
  ids: readonly string[],
  atMs: number,
): Promise<number> {
  const { store } = pipeline;
  const erased = new Set(ids);
  const options = pipeline.readOptionsOf(project);
  const traceIds = await store.erasure.readTraceIdsOfUsers(project, ids);
  const seen = new Set<string>();
  const slice = new TimeSlice();
  let spans = 0;
  for (let at = 0; at < traceIds.length; at += CHUNK) {
    const chunk = traceIds.slice(at, at + CHUNK).filter((traceId) => !seen.has(traceId));
    const { traces } = await store.traces.loadLinkedTraces(project, chunk, options);
    const removal: { readonly traceIds: string[]; readonly spans: SpanName[] } = {
      traceIds: [],
      spans: [],
    };
    for (const group of groupLinkedTraces(traces)) {
      const keys = await slice.run(
        spansOfUsersInSteps(
          group.flatMap((trace) => [...trace.spans.values()]),
          erased,
        ),
      );
      spans += keys.size;
      for (const trace of group) {
        seen.add(trace.traceId);
        if (takeSpans(trace, keys, removal, builder, erased)) {
          pipeline.tombstones.add(project, 'trace', trace.traceId, atMs);
          addTombstone(builder, project, 'trace', trace.traceId, atMs);
        }
      }
      const corrected = resolveTraces(group, builder.version, ({ before, after }) => {
        const isErased = before !== undefined && erased.has(before.user_id);
        builder.correct({
          ...(before === undefined || isErased ? {} : { before }),
          ...(after === undefined ? {} : { after }),
        });
      });
      await slice.run(corrected);
    }
    builder.remove(store.removals.removeSpans(project, removal));
  }
  return spans;
}

/** A span by its ids in hex digits. */
interface SpanName {
  readonly traceId: string;
  readonly spanId: string;
}

/** Removes spans from a trace, and their cost from other users. Returns whether no span is left. */
function takeSpans(
  trace: TraceState,
  keys: ReadonlySet<string>,
  removal: { readonly traceIds: string[]; readonly spans: SpanName[] },
  builder: WriteBatchBuilder,
  erased: ReadonlySet<string>,
): boolean {
  const { traceId } = trace;
  const spanIds = [...trace.spans.keys()].filter((spanId) => keys.has(`${traceId}:${spanId}`));
  if (spanIds.length === 0) {
    return false;
  }
  const isWhole = spanIds.length === trace.spans.size;
  if (isWhole) {
    removal.traceIds.push(traceId);
  } else {
    removal.spans.push(...spanIds.map((spanId) => ({ traceId, spanId })));
  }
  for (const spanId of spanIds) {
    const counted = trace.calls.get(spanId)?.counted;
    if (counted !== undefined && !erased.has(counted.user_id)) {
      builder.correct({ before: counted });
    }
    trace.calls.delete(spanId);
    trace.spans.delete(spanId);
  }
  return isWhole;
}

function addTombstone(
  builder: WriteBatchBuilder,
  project: string,
  kind: 'user' | 'trace',
  id: string,
  atMs: number,
): void {
  const hash = tombstoneHash(project, kind, id);
  builder.rows.add('tombstones', [project, kind, hash, String(atMs), String(builder.version), 0]);
}

/**
 * Erases users from the store: profiles, calls, spans and sums. A tombstone, which contains only a hash, stops spans
 * that started earlier and arrive later.
 */
export async function eraseUsers(
  pipeline: SpanPipeline,
  project: string,
  ids: readonly [string, ...string[]],
  atMs: number,
): Promise<Erasure> {
  const receipt = randomUUID();
  const { store } = pipeline;
  return pipeline.change(`erase-${receipt}`, async (builder) => {
    const erasure = {
      receipt,
      user: createHash('sha256').update(ids[0]).digest('hex'),
      atMs,
      ...(await store.erasure.countStoredOfUsers(project, ids)),
      aliases: ids.length - 1,
    };
    for (const id of ids) {
      pipeline.tombstones.add(project, 'user', id, atMs);
      addTombstone(builder, project, 'user', id, atMs);
    }
    for (const { table, cells } of await store.erasure.readNegatedTotalsOfUsers(project, ids)) {
      builder.rows.add(table, cells);
    }
    const spans = await removeSpansOfUsers(pipeline, builder, project, ids, atMs);
    builder.remove(store.removals.removeUsers(project, ids));
    return { ...erasure, spans };
  });
}
