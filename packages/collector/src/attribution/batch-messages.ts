import type { RemoteEngine, RemoteQuery } from '../storage/remote-traces.ts';
import type { BatchSource, CallContent, ReceivedSpan } from '../storage/write/span-batch.ts';
import type { WalRecord } from '../wal/record.ts';
import type { BuiltBatch } from './batch-builder.ts';
import type { ReadSettings } from './project-read-options.ts';
import type { TraceMemory } from './trace-filter.ts';

/** Start data of the thread that builds write batches. */
export interface BatchThreadData {
  readonly collector: string;
  readonly maxRecentBytes: number | undefined;
  readonly traceMemory: TraceMemory;
  readonly maxEarlierSpans: number | undefined;
  readonly engine: RemoteEngine;
}

/** A record of the log, with its body in {@link SentRecords.bodies}. */
interface SentRecord extends Omit<WalRecord, 'body'> {
  readonly start: number;
  readonly end: number;
}

/** Records of the log, with all bodies in one buffer that is transferred and not copied. */
export interface SentRecords {
  readonly records: readonly SentRecord[];
  readonly bodies: Uint8Array<ArrayBuffer>;
  readonly keepsContent: boolean;
}

/** A batch for the thread: its spans, or the records to read them from. */
export interface SentBatch {
  readonly id: string;
  readonly source?: SentRecords;
  readonly spans?: readonly ReceivedSpan[];
  readonly contents?: readonly CallContent[];
}

/** Requests of the thread while it builds a batch. */
export type ThreadQuestion =
  | { readonly kind: 'query'; readonly query: RemoteQuery }
  | { readonly kind: 'commits'; readonly below: number };

/** Messages to the thread. */
export type ToThread =
  | { readonly kind: 'settings'; readonly settings: ReadSettings }
  | { readonly kind: 'tombstones'; readonly entries: ReadonlyMap<string, number> }
  | { readonly kind: 'load-known' }
  | { readonly kind: 'forget' }
  | { readonly kind: 'build'; readonly batch: SentBatch; readonly version: bigint }
  | { readonly kind: 'build-next'; readonly version: bigint }
  | { readonly kind: 'answer'; readonly number: number; readonly rows: readonly object[] }
  | { readonly kind: 'refusal'; readonly number: number; readonly message: string };

/** Messages from the thread. */
export type FromThread =
  | { readonly kind: 'built'; readonly built: BuiltBatch | undefined }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'question'; readonly number: number; readonly question: ThreadQuestion }
  | { readonly kind: 'problem'; readonly message: string };

export function packRecords({ records, keepsContent }: BatchSource): SentRecords {
  const bodies = new Uint8Array(records.reduce((sum, { body }) => sum + body.byteLength, 0));
  let end = 0;
  const sent = records.map(({ body, ...record }) => {
    const start = end;
    bodies.set(body, start);
    end += body.byteLength;
    return { ...record, start, end };
  });
  return { records: sent, bodies, keepsContent };
}

export function unpackRecords({ records, bodies, keepsContent }: SentRecords): BatchSource {
  return {
    records: records.map(({ start, end, ...record }) => ({ ...record, body: bodies.subarray(start, end) })),
    keepsContent,
  };
}
