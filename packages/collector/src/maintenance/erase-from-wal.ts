import { open } from 'node:fs/promises';
import { readSpan, type Span } from '@userspan/ledger';
import { spansOfRequest } from '../otlp/spans-of-request.ts';
import { withoutLogRecords, withoutSpans } from '../otlp/without-items.ts';
import type { PositionedRecord } from '../wal/wal-reader.ts';
import { encodeRecord, type WalRecord } from '../wal/record.ts';
import type { WriteAheadLog } from '../wal/write-ahead-log.ts';
import { type Segment, writeFully } from '../wal/segment.ts';
import { TimeSlice } from '../runtime/time-slice.ts';

/** What was erased from the log, for the receipt. */
export interface WalErasure {
  readonly spans: number;
  readonly requests: number;
}

interface TraceUsers {
  readonly parents: Map<string, string | undefined>;
  readonly users: Map<string, string>;
}

/**
 * Takes the spans of some users of a project out of everything that waits in the log, for the store and for receivers.
 *
 * Their spans are those that name them, those below, and all others of a trace that names nobody else; log records of
 * these spans go too. Records keep their place and size, because positions are the ids of batches. What comes in later is
 * the tombstone's business.
 */
export async function eraseFromWal(
  log: WriteAheadLog,
  project: string,
  userIds: ReadonlySet<string>,
): Promise<WalErasure> {
  await log.exclusively(() => log.roll());
  const segments = log.segments.slice(0, -1);
  const traces = await tracesOf(log, segments, project, userIds);
  const isErased = (traceId: string, spanId: string): boolean => {
    const trace = traces.get(traceId);
    return trace !== undefined && isOf(trace, spanId, userIds);
  };
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

/** The traces in the log that name one of the users, with who else is in them. */
async function tracesOf(
  log: WriteAheadLog,
  segments: readonly Segment[],
  project: string,
  userIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, TraceUsers>> {
  const traces = new Map<string, TraceUsers>();
  const named = new Set<string>();
  const turn = new TimeSlice();
  for await (const { record } of recordsOf(log, segments)) {
    if (record.project !== project || record.signal !== 'traces') {
      continue;
    }
    for (const span of spansOfRequest(record.body)) {
      const userId = note(traces, span);
      if (userId !== undefined && userIds.has(userId)) {
        named.add(span.traceId);
      }
      if (turn.isOver()) {
        await turn.pass();
      }
    }
  }
  return new Map([...traces].filter(([traceId]) => named.has(traceId)));
}

function note(traces: Map<string, TraceUsers>, span: Span): string | undefined {
  const trace = traces.get(span.traceId) ?? { parents: new Map(), users: new Map() };
  traces.set(span.traceId, trace);
  trace.parents.set(span.spanId, span.parentSpanId);
  const userId = readSpan(span).user.user?.id;
  if (userId !== undefined) {
    trace.users.set(span.spanId, userId);
  }
  return userId;
}

/** The nearest user at or above the span decides; where there is none, whether the trace names others. */
function isOf({ parents, users }: TraceUsers, spanId: string, userIds: ReadonlySet<string>): boolean {
  const seen = new Set<string>();
  for (let id: string | undefined = spanId; id !== undefined && !seen.has(id); id = parents.get(id)) {
    const userId = users.get(id);
    if (userId !== undefined) {
      return userIds.has(userId);
    }
    seen.add(id);
  }
  return [...users.values()].every((userId) => userIds.has(userId));
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

/** Writes the segment anew where `change` returns something for one of its records. */
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
