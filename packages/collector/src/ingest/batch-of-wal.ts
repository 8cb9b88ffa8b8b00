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
  /** Whether prompts and answers in log records go to the store. */
  readonly keepsContent: boolean;
  /** Called for a request that cannot be read; the others go on. */
  readonly onFailure: (error: unknown) => void;
}

/** The batch for the store from some records of the log; `undefined` where they hold nothing for it. */
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
      // Receivers get this record with its content, the store without.
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
      // The scan at the door is there to keep this from happening; if it does, one request must not stop all others.
      onFailure(error);
    }
  }
  yield* ofLogs;
}

/** Requests to a model that only log records report: coding agents send no spans of them. */
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
