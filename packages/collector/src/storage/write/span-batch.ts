import type { Attributes, Span } from '@userspan/ledger';

import type { WalRecord } from '../../wal/record.ts';

/** A received span, with facts from its request. */
export interface ReceivedSpan {
  readonly span: Span;
  /** The tenant that the token of the request belongs to. Ids are never shared between projects. */
  readonly project: string;
  /** Whether the sender is unverified (a browser key), so that its users are only claimed. */
  readonly claimed: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly receivedAtMs: number;
}

/** The messages of a call from a log record. */
export interface CallContent {
  readonly project: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly timeUnixNano: bigint;
  /** Milliseconds since the Unix epoch. */
  readonly receivedAtMs: number;
  /** `gen_ai.input.messages`, `gen_ai.output.messages`, `gen_ai.system_instructions`: lists. */
  readonly attributes: Attributes;
}

/** A trace of a project. */
export interface TraceName {
  readonly project: string;
  readonly traceId: string;
  /** Start of one of its spans, in milliseconds since the Unix epoch; 0 if unknown. */
  readonly startMs: number;
}

/** The trace of a span. */
export function nameOfTrace(project: string, { traceId, startTimeUnixNano }: Span): TraceName {
  return { project, traceId, startMs: Number(startTimeUnixNano) / 1e6 };
}

/** Spans that are stored together. Immutable: the same id always means the same spans. */
export interface SpanBatch {
  /** Deterministic, from the position in the log. */
  readonly id: string;
  /** Each iteration starts at the first span. Spans are decoded one by one, so that they are never all in memory. */
  readonly spans: Iterable<ReceivedSpan>;
  /** The traces of these spans, if they can be found without reading the spans. */
  readonly traces?: Iterable<TraceName>;
  /** Absent if content is off. */
  readonly contents?: readonly CallContent[];
}

/** Records of the write-ahead log that make up a batch. */
export interface BatchSource {
  readonly records: readonly WalRecord[];
  /** Whether prompts and answers of log records are stored. */
  readonly keepsContent: boolean;
}

/** A batch that is read from the write-ahead log only on the thread that builds it. */
export interface UnreadBatch {
  /** That of the batch. */
  readonly id: string;
  readonly source: BatchSource;
  /** Reads the batch; `undefined` if the records contain nothing to store. */
  read(): Promise<SpanBatch | undefined>;
}

/** Reads a batch if it is unread; `undefined` if it contains nothing to store. */
export async function readBatch(batch: SpanBatch | UnreadBatch): Promise<SpanBatch | undefined> {
  return 'source' in batch ? batch.read() : batch;
}

/** Counters of the pipeline since it was opened. */
export interface PipelineFigures {
  readonly batches: number;
  readonly spans: number;
  readonly calls: number;
  /** Spans that were already known. */
  readonly duplicates: number;
  /** Spans that were dropped because of a tombstone. */
  readonly erased: number;
  /** Calls that moved to another user, or started or stopped to count. */
  readonly corrections: number;
}

/** Stores spans with the calls and users derived from them. */
export interface Pipeline {
  /**
   * Resolves when the batch is stored. After a rejection, pass the same batch again until it succeeds. A repeated
   * batch, and a span that was already in another batch, count once. Calls may overlap and take effect in order.
   */
  write(batch: SpanBatch | UnreadBatch): Promise<void>;
  figures(): PipelineFigures;
  /** Waits for running work. Does not close the store. */
  close(): Promise<void>;
}
