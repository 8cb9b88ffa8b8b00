import { open } from 'node:fs/promises';
import { readSpan, type ReadOptions, spansOfUsersInSteps, type TraceSpan } from '@userspan/ledger';
import { spansOfRequest } from '../otlp/spans-of-request.ts';
import { withoutLogRecords, withoutSpans } from '../otlp/without-items.ts';
import type { PositionedRecord } from '../wal/wal-reader.ts';
import { encodeRecord, type WalRecord } from '../wal/record.ts';
import type { WriteAheadLog } from '../wal/write-ahead-log.ts';
import { type Segment, writeFully } from '../wal/segment.ts';
import { TimeSlice } from '../runtime/time-slice.ts';

/** What was erased from the WAL, for the receipt. */
export interface WalErasure {
  readonly spans: number;
  readonly requests: number;
}

/**
 * Removes the spans of users of a project from all waiting records of the log, for the store and for receivers.
 *
 * The attribution rule of the ledger, applied to the waiting spans, decides which spans belong to them. Log records of
 * these spans are removed, too. Records keep their position and size, because batch ids contain positions. A tombstone
 * stops later spans.
 */
export async function eraseFromWal(
  log: WriteAheadLog,
  project: string,
  userIds: ReadonlySet<string>,
  options: ReadOptions = {},
): Promise<WalErasure> {
  await log.exclusively(() => log.roll());
  const segments = log.segments.slice(0, -1);
  const keys = await keysOfUsers(log, segments, project, { userIds, options });
  const isErased = (traceId: string, spanId: string): boolean => keys.has(`${traceId}:${spanId}`);
  const erased = { spans: 0, requests: 0 };
  for (const segment of segments) {
    await rewrite(log, segment, (record) => {
      if (record.project !== project) {
        return undefined;
      }
      const without =
        record.signal === 'traces'
          ? withoutSpans(record.body, isErased)
          : record.signal === 'logs'
            ? withoutLogRecords(record.body, isErased, userIds)
            : undefined;
      if (without === undefined || without.removed === 0) {
        return undefined;
      }
      erased.requests += 1;
      erased.spans += record.signal === 'traces' ? without.removed : 0;
      return { ...record, body: without.bytes, items: record.items - without.removed };
    });
  }
  return erased;
}

/** Keys (`traceId:spanId`) of the spans in the log that belong to one of the users, by the rule of the ledger. */
async function keysOfUsers(
  log: WriteAheadLog,
  segments: readonly Segment[],
  project: string,
  { userIds, options }: { readonly userIds: ReadonlySet<string>; readonly options: ReadOptions },
): Promise<ReadonlySet<string>> {
  const naming = new Set<string>();
  for await (const span of traceSpansOf(log, segments, project, options)) {
    const { userId, resourceUserId } = span;
    if ([userId, resourceUserId].some((id) => id !== undefined && userIds.has(id))) {
      naming.add(span.traceId);
    }
  }
  // Read twice, so that only the touched traces are in memory.
  const traces = new Map<string, TraceSpan[]>();
  if (naming.size > 0) {
    for await (const span of traceSpansOf(log, segments, project, options, naming)) {
      const trace = traces.get(span.traceId);
      if (trace === undefined) {
        traces.set(span.traceId, [span]);
      } else {
        trace.push(span);
      }
    }
  }
  const keys = new Set<string>();
  const slice = new TimeSlice();
  for (const spans of traces.values()) {
    for (const key of await slice.run(spansOfUsersInSteps(spans, userIds))) {
      keys.add(key);
    }
  }
  return keys;
}

/** The records for attribution of a project's spans in the log, of all or the given traces. */
async function* traceSpansOf(
  log: WriteAheadLog,
  segments: readonly Segment[],
  project: string,
  options: ReadOptions,
  traceIds?: ReadonlySet<string>,
): AsyncGenerator<TraceSpan, void> {
  const turn = new TimeSlice();
  for await (const { record } of recordsOf(log, segments)) {
    if (record.project !== project || record.signal !== 'traces') {
      continue;
    }
    for (const span of spansOfRequest(record.body)) {
      if (traceIds === undefined || traceIds.has(span.traceId)) {
        yield readSpan(span, { ...options, claimed: record.claimed }).traceSpan;
      }
      if (turn.isOver()) {
        await turn.pass();
      }
    }
  }
}

async function* recordsOf(
  log: WriteAheadLog,
  segments: readonly Segment[],
): AsyncGenerator<PositionedRecord, void> {
  const reader = log.reader();
  try {
    for (const { base, bytes } of segments) {
      let at = base;
      for (;;) {
        const found = await reader.read(at, base + bytes);
        if (found === undefined) {
          break;
        }
        yield found;
        at = found.end;
      }
    }
  } finally {
    await reader.close();
  }
}

/** Rewrites the segment if `change` returns a change for one of its records. */
async function rewrite(
  log: WriteAheadLog,
  segment: Segment,
  change: (record: WalRecord) => WalRecord | undefined,
): Promise<void> {
  const changed: { readonly at: number; readonly buffers: readonly Buffer[] }[] = [];
  for await (const { record, position, end } of recordsOf(log, [segment])) {
    const replacement = change(record);
    if (replacement !== undefined) {
      changed.push({ at: position - segment.base, buffers: encodeRecord(replacement, end - position) });
    }
  }
  if (changed.length === 0 || !log.segments.includes(segment)) {
    return;
  }
  const path = `${segment.path}.new`;
  const [from, to] = [await open(segment.path, 'r'), await open(path, 'w', 0o600)];
  try {
    await copy(from, to, segment.bytes);
    for (const { at, buffers } of changed) {
      await writeFully(to, buffers, at);
    }
    await to.sync();
  } finally {
    await from.close();
    await to.close();
  }
  await log.replaceSegment(segment, path);
}

const COPY_BYTES = 4 << 20;

async function copy(
  from: Awaited<ReturnType<typeof open>>,
  to: Awaited<ReturnType<typeof open>>,
  bytes: number,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(COPY_BYTES);
  for (let at = 0; at < bytes;) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(COPY_BYTES, bytes - at), at);
    if (bytesRead === 0) {
      return;
    }
    await writeFully(to, [buffer.subarray(0, bytesRead)], at);
    at += bytesRead;
  }
}
