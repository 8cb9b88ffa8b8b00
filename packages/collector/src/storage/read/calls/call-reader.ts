import type { Store } from '../../engine/store.ts';
import type { CallsInOrderQuery } from './calls-in-order.ts';
import type { CallsQuery } from './calls-query.ts';
import type { CallRow } from '../../write/call-row.ts';
import { listCalls } from './calls-query.ts';
import { readCallsInOrder } from './calls-in-order.ts';

/** Reads calls. */
export interface CallReader {
  /** Calls, the newest first. Returns one more than the limit if there are further pages. */
  listCalls(query: CallsQuery): Promise<CallRow[]>;
  /** Reads a page of calls in the order of their start. */
  readCallsInOrder(query: CallsInOrderQuery): Promise<CallRow[]>;
}

export function callReader(store: Store): CallReader {
  return {
    listCalls: (query) => listCalls(store, query),
    readCallsInOrder: (query) => readCallsInOrder(store, query),
  };
}
