import { createHash, randomUUID } from 'node:crypto';

import {
  countStoredOfUsers,
  readNegatedTotalsOfUsers,
  readTraceIdsOfUsers,
} from '../storage/read/users/erasure-query.ts';
import { removeSpans, removeUsers } from '../storage/write/removals.ts';
import { loadTraces } from '../storage/read/traces/load-traces.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import type { WriteBatchBuilder } from '../storage/write/write-batch.ts';
import { spansOfUsers } from '../attribution/spans-of-users.ts';
import { tombstoneHash } from '../storage/write/tombstones.ts';

/** What was erased. */
export interface Erasure {
  /** Number of this erasure, for whoever asks later. */
  readonly receipt: string;
  /** SHA-256 of the id: the id itself is not kept. */
  readonly user: string;
  readonly atMs: number;
  readonly calls: number;
  readonly spans: number;
  readonly threads: number;
  readonly profiles: number;
  readonly aliases: number;
}

const CHUNK = 2_000;
async function deleteSpans(
  pipeline: SpanPipeline,
  builder: WriteBatchBuilder,
  project: string,
  ids: readonly string[],
  atMs: number,
): Promise<number> {
  const { store } = pipeline;
  const wanted = new Set(ids);
  const traceIds = await readTraceIdsOfUsers(store, project, ids);
  let spans = 0;
  for (let at = 0; at < traceIds.length; at += CHUNK) {
    const { traces } = await loadTraces(store, project, traceIds.slice(at, at + CHUNK));
    const whole: string[] = [];
    const parts: { traceId: string; spanId: string }[] = [];
    for (const { traceId, spans: all } of traces.values()) {
      const found = spansOfUsers(all, wanted);
      spans += found.size;
      if (found.size === all.size) {
        whole.push(traceId);
        pipeline.tombstones.add(project, 'trace', traceId, atMs);
        addTombstone(builder, project, 'trace', traceId, atMs);
      } else {
        for (const spanId of found) {
          parts.push({ traceId, spanId });
        }
      }
    }
    builder.mutations.push(...removeSpans(store, project, { traceIds: whole, spans: parts }));
  }
  return spans;
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
 * Erases users from the store: who they are, their calls, their spans and what was added up of them. A tombstone, which
 * holds a hash only, stops what began before and arrives later.
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
      ...(await countStoredOfUsers(store, project, ids)),
      aliases: ids.length - 1,
    };
    for (const id of ids) {
      pipeline.tombstones.add(project, 'user', id, atMs);
      addTombstone(builder, project, 'user', id, atMs);
    }
    for (const { table, cells } of await readNegatedTotalsOfUsers(store, project, ids)) {
      builder.rows.add(table, cells);
    }
    const spans = await deleteSpans(pipeline, builder, project, ids, atMs);
    builder.mutations.push(...removeUsers(store, project, ids));
    return { ...erasure, spans };
  });
}
