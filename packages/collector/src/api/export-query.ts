import { TimeSlice } from '../runtime/time-slice.ts';
import { groupLinkedTraces } from '../storage/read/traces/load-linked-traces.ts';
import { spansOfUsersInSteps } from '@userspan/ledger';
import { existingUser } from './user-routes.ts';
import type { ApiContext } from './api-context.ts';
import { callJsonOf } from '../storage/read/calls/call-json.ts';
import type { Position } from '../storage/read/query/cursor.ts';
import { waterfall } from '../storage/read/traces/trace-query.ts';

const SPANS_AT_A_TIME = 1_000;
const TRACES_AT_A_TIME = 200;
const THREADS_AT_A_TIME = 1_000;

function line(record: string, value: object): string {
  return `${JSON.stringify({ record, ...value })}\n`;
}

async function* threadLines(
  context: ApiContext,
  project: string,
  userIds: readonly string[],
): AsyncGenerator<string> {
  const query = {
    project,
    userIds,
    hasAliases: userIds.length > 1,
    range: {},
    sort: 'firstSeen',
    isDescending: false,
    limit: THREADS_AT_A_TIME,
  } as const;
  let rows = await context.store.threads.listThreads(query);
  while (rows.length > 0) {
    for (const thread of await context.store.threads.threadRows(project, rows)) yield line('thread', thread);
    const last = rows.at(-1);
    if (last === undefined || rows.length < THREADS_AT_A_TIME) return;
    rows = await context.store.threads.listThreads({
      ...query,
      after: [last.sortValue, last.thread_id, last.owner],
    });
  }
}

/** All data of a user: profile, threads, then calls and spans trace by trace. */
export async function* exportUser(
  context: ApiContext,
  project: string,
  ids: readonly [string, ...string[]],
): AsyncGenerator<string> {
  const { store } = context;
  yield line('user', await existingUser(context, { project, ids, range: {}, filter: {} }));
  const profiles = await store.users.readProfiles(project, ids.slice(1));
  for (const profile of profiles.values()) yield line('alias', profile);
  yield* threadLines(context, project, ids);
  const wanted = new Set<string>(ids);
  const traceIds = await store.erasure.readTraceIdsOfUsers(project, ids);
  for (let at = 0; at < traceIds.length; at += TRACES_AT_A_TIME) {
    yield* traceLines(context, project, traceIds.slice(at, at + TRACES_AT_A_TIME), wanted);
  }
}

/** The calls and spans of users in traces. */
async function* traceLines(
  context: ApiContext,
  project: string,
  traceIds: readonly string[],
  wanted: ReadonlySet<string>,
): AsyncGenerator<string> {
  const own = await spanKeysOf(context, project, traceIds, wanted);
  let after: Position | undefined;
  let start: bigint | undefined;
  do {
    const page = await context.store.traces.readTracePage(context, project, traceIds, {
      limit: SPANS_AT_A_TIME,
      ...(after === undefined ? {} : { after }),
    });
    for (const call of page.calls) if (wanted.has(call.user_id)) yield line('call', callJsonOf(call));
    start ??= BigInt(page.spans[0]?.start_ns ?? 0);
    for (const span of waterfall(page, start)) {
      if (own.has(`${span.traceId}:${span.spanId}`)) yield line('span', span);
    }
    after = page.next;
  } while (after !== undefined);
}

/** Keys (`trace:span`) of the spans of users in traces. */
async function spanKeysOf(
  { store, pipeline }: ApiContext,
  project: string,
  traceIds: readonly string[],
  wanted: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const { traces } = await store.traces.loadLinkedTraces(project, traceIds, pipeline.readOptionsOf(project));
  const own = new Set<string>();
  for (const group of groupLinkedTraces(traces)) {
    const spans = group.flatMap((trace) => [...trace.spans.values()]);
    for (const key of await new TimeSlice().run(spansOfUsersInSteps(spans, wanted))) own.add(key);
  }
  return own;
}
