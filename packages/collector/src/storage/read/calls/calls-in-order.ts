import type { Store } from '../../engine/store.ts';
import type { CallRow } from '../../write/call-row.ts';
import { CALL_SELECT, callRowFrom } from '../traces/load-traces.ts';
import type { AnsweredCall } from '../traces/load-traces.ts';

/** Which calls to read. Times are nanoseconds since the Unix epoch. */
export interface CallsInOrderQuery {
  readonly project: string;
  readonly table: 'calls' | 'calls_unattributed';
  readonly fromNs: bigint;
  readonly toNs: bigint;
  readonly model?: string;
  /** Only calls whose response or request model starts with this lower-case string. */
  readonly modelPrefix?: string;
  /** Only calls without a price. */
  readonly isUnpriced?: boolean;
  /** The last call of the previous page. */
  readonly after: CallPosition | undefined;
  readonly limit: number;
}

/** A position in the order of start, trace and span. */
export type CallPosition = readonly [startNs: string, traceId: string, spanId: string];

/** Reads a page of calls in the order of their start. */
export async function readCallsInOrder(store: Store, query: CallsInOrderQuery): Promise<CallRow[]> {
  const [start, trace, span] = query.after ?? ['-1', '00000000-0000-0000-0000-000000000000', '0'];
  const rows = await store.query<AnsweredCall>(
    `SELECT ${CALL_SELECT} FROM ${query.table} FINAL
     WHERE project = {project:String} AND start_ns >= {from:Int64} AND start_ns < {to:Int64}
       ${query.model === undefined ? '' : 'AND model = {model:String}'}
       ${query.modelPrefix === undefined ? '' : 'AND (startsWith(lower(model), {prefix:String}) OR startsWith(lower(request_model), {prefix:String}))'}
       ${query.isUnpriced === true ? "AND unpriced != ''" : ''}
       AND (start_ns, trace_id, span_id) > ({start:Int64}, {trace:UUID}, {span:UInt64})
     ORDER BY start_ns, trace_id, span_id LIMIT ${query.limit}`,
    {
      project: query.project,
      from: query.fromNs,
      to: query.toNs,
      start: BigInt(start),
      trace,
      span: BigInt(span),
      ...(query.model === undefined ? {} : { model: query.model }),
      ...(query.modelPrefix === undefined ? {} : { prefix: query.modelPrefix }),
    },
  );
  return rows.map(callRowFrom);
}
