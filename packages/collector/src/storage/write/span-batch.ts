import type { Attributes, Span } from '@userspan/ledger';

import type { WalRecord } from '../../wal/record.ts';

/** A span as it came in, with what only the intake knows about it. */
export interface ReceivedSpan {
  readonly span: Span;
  /** The tenant that the token of the request belongs to. Ids are never shared between projects. */
  readonly project: string;
  /** `true` where the sender may be anyone (a browser key): its users are claimed, not verified. */
  readonly claimed: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly receivedAtMs: number;
}

/** The messages of a call that came as a log record. */
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
  /** When one of its spans began, in milliseconds since the Unix epoch; 0 where that is not known. */
  readonly startMs: number;
}

/** The trace of a span. */
export function nameOfTrace(project: string, { traceId, startTimeUnixNano }: Span): TraceName {
  return { project, traceId, startMs: Number(startTimeUnixNano) / 1e6 };
}

/** Spans that enter the store together. Immutable: the same id always means the same spans. */
export interface SpanBatch {
  /** Deterministic, from the position in the log. */
  readonly id: string;
  /** Each iteration starts from the first; read one by one, so that they are never all in memory. */
  readonly spans: Iterable<ReceivedSpan>;
  /** The traces of these spans, where they are found more cheaply than by reading the spans. */
  readonly traces?: Iterable<TraceName>;
  /** Absent where content is off. */
  readonly contents?: readonly CallContent[];
}

/** Records of the write-ahead log that make up a batch. */
export interface BatchSource {
  readonly records: readonly WalRecord[];
  /** Whether prompts and answers in log records go to the store. */
  readonly keepsContent: boolean;
}

/** A batch that is read from the write-ahead log on the thread that builds it, and nowhere else. */
export interface UnreadBatch {
  /** That of the batch. */
  readonly id: string;
  readonly source: BatchSource;
  /** The batch; `undefined` where the records have nothing for the store. */
  read(): Promise<SpanBatch | undefined>;
}

/** The spans of a batch; `undefined` where there are none to be read. */
export async function readBatch(batch: SpanBatch | UnreadBatch): Promise<SpanBatch | undefined> {
  return 'source' in batch ? batch.read() : batch;
}

/** What the pipeline has done since it was opened. */
export interface PipelineFigures {
  readonly batches: number;
  readonly spans: number;
  readonly calls: number;
  /** Spans that were already known. */
  readonly duplicates: number;
  /** Spans that a tombstone stopped. */
  readonly erased: number;
  /** Calls that moved to another user, were taken back or counted again. */
  readonly corrections: number;
}

/** Spans in, calls and users out. */
export interface Pipeline {
  /**
   * Resolves when the batch is in the store. On rejection the same batch is given again, as often as it takes;
   * the same id, and the same span under another id, count once. Calls may overlap; they take effect in order.
   */
  write(batch: SpanBatch | UnreadBatch): Promise<void>;
  figures(): PipelineFigures;
  /** Waits for what is under way. Does not close the store. */
  close(): Promise<void>;
}
