import { TimeSlice } from '../runtime/time-slice.ts';
import { RequestScreen } from '../otlp/content/request-screen.ts';
import { contentsOfLogs } from '../otlp/contents-of-logs.ts';
import { spansOfLogs } from '../otlp/spans-of-logs.ts';
import { spansOfRequest } from '../otlp/spans-of-request.ts';
import { tracesOfRequest } from '../otlp/traces-of-request.ts';
import { nameOfTrace } from '../storage/write/span-batch.ts';
import type { CallContent, ReceivedSpan, SpanBatch, TraceName } from '../storage/write/span-batch.ts';
import type { WalRecord } from '../wal/record.ts';

export interface BatchOptions {
  readonly id: string;
  /** Whether prompts and answers of log records are stored. */
  readonly keepsContent: boolean;
  /** Called for a request that cannot be read. The others are still processed. */
  readonly onFailure: (error: unknown) => void;
}

/** Creates a batch from records of the log; `undefined` if they contain nothing to store. */
export async function batchOfWal(
  records: readonly WalRecord[],
  options: BatchOptions,
): Promise<SpanBatch | undefined> {
  const { id, keepsContent, onFailure } = options;
  const slice = new TimeSlice();
  const ofTraces: WalRecord[] = [];
  for (const record of records) {
    if (record.signal !== 'traces') {
      continue;
    }
    if (keepsContent || record.contentRemoved === true) {
      ofTraces.push(record);
    } else {
      // The log has the content for receivers; it is removed for the store.
      const { bytes } = await slice.run(screen.screenInSteps(record.signal, record.body));
      ofTraces.push({ ...record, body: bytes });
    }
  }
  const contents = keepsContent ? contentsOf(records, onFailure) : [];
  const ofLogs = [...spansOfLogRecords(records, onFailure)];
  if (ofTraces.length === 0 && ofLogs.length === 0 && contents.length === 0) return undefined;
  return {
    id,
    spans: { [Symbol.iterator]: () => spansOf(ofTraces, ofLogs, onFailure) },
    traces: { [Symbol.iterator]: () => namesOf(ofTraces, ofLogs) },
    ...(contents.length === 0 ? {} : { contents }),
  };
}

const screen = new RequestScreen({ removesContent: true });

function* spansOf(
  records: readonly WalRecord[],
  ofLogs: readonly ReceivedSpan[],
  onFailure: (error: unknown) => void,
): Generator<ReceivedSpan, void> {
  for (const { project, claimed, receivedAtMs, body } of records) {
    try {
      for (const span of spansOfRequest(body)) yield { span, project, claimed, receivedAtMs };
    } catch (error) {
      // The scan at intake should prevent this. If it still happens, one request must not block all others.
      onFailure(error);
    }
  }
  yield* ofLogs;
}

/** Spans for requests to a model that only log records report, because coding agents send no spans for them. */
function* spansOfLogRecords(
  records: readonly WalRecord[],
  onFailure: (error: unknown) => void,
): Generator<ReceivedSpan, void> {
  for (const { signal, project, claimed, receivedAtMs, body } of records) {
    if (signal !== 'logs') continue;
    try {
      for (const span of spansOfLogs(body)) yield { span, project, claimed, receivedAtMs };
    } catch (error) {
      onFailure(error);
    }
  }
}

function* namesOf(
  records: readonly WalRecord[],
  ofLogs: readonly ReceivedSpan[],
): Generator<TraceName, void> {
  for (const { project, body } of records) {
    for (const { traceId, startMs } of tracesOfRequest(body)) yield { project, traceId, startMs };
  }
  for (const { project, span } of ofLogs) yield nameOfTrace(project, span);
}

function contentsOf(records: readonly WalRecord[], onFailure: (error: unknown) => void): CallContent[] {
  const contents: CallContent[] = [];
  for (const { signal, project, receivedAtMs, body } of records) {
    if (signal !== 'logs') continue;
    try {
      for (const content of contentsOfLogs(body)) contents.push({ ...content, project, receivedAtMs });
    } catch (error) {
      onFailure(error);
    }
  }
  return contents;
}
