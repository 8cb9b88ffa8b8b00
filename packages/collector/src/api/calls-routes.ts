import type { FastifyInstance } from 'fastify';
import type { ApiContext } from './api-context.ts';
import { callJsonOf } from '../storage/read/calls/call-json.ts';
import type { CallJson } from '../storage/read/calls/call-json.ts';
import { attemptsOf } from '../storage/read/calls/call-attempts.ts';
import { exceptionOf, firstChunkMsOf, resendsOf } from '../storage/read/calls/call-failure.ts';
import { feedbackOf } from '../storage/read/threads/thread-query.ts';
import { spanTargetId } from '../storage/read/threads/thread-entries.ts';
import { messagesOf } from '../storage/read/traces/span-messages.ts';
import type { StoredSpan } from '../storage/read/traces/load-traces.ts';
import type { CallRow } from '../storage/write/call-row.ts';
import { CALLS_QUERY, sendCalls } from './call-list.ts';
import { costArithmetic } from './response/cost-lines.ts';
import { notFound, Problem } from './response/problem.ts';
import {
  CALL,
  CALL_PROPERTIES,
  COST_LINE,
  COUNT,
  FEEDBACK,
  listOf,
  MESSAGES,
  NUMBER,
  NUMBER_OR_NULL,
  OBJECT,
  object,
  RANGE,
  SPAN,
  TEXT,
  TEXT_OR_NULL,
  TIME,
} from './response/shapes.ts';
import { POSITION_LENGTH, waterfall } from '../storage/read/traces/trace-query.ts';
import { decodeCursor, encodeCursor } from '../storage/read/query/cursor.ts';
import { knownIds } from './user-routes.ts';
import { numberOf } from '../storage/engine/ids.ts';
import { Type } from './request/schema.ts';
import type { Static } from 'typebox';
import { ATTRIBUTED } from './request/query-shapes.ts';

const TRACE_PARAMS = Type.Object({ traceId: Type.String() });
/** Maximum number of spans of a trace in one answer. */
const SPANS_OF_PAGE = 500;
const TRACE_QUERY = Type.Object({
  limit: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    default: SPANS_OF_PAGE,
    description: 'Maximum number of spans in the answer.',
  }),
  cursor: Type.Optional(Type.String({ maxLength: 8192, description: '`nextCursor` of the previous page.' })),
});
const CALL_PARAMS = Type.Object({ traceId: Type.String(), spanId: Type.String() });
const QUERY = Type.Object({
  ...CALLS_QUERY.properties,
  user: Type.Optional(Type.String({ maxLength: 1024 })),
  attributed: ATTRIBUTED,
});

function attemptJsonOf(row: CallRow): Pick<CallJson, 'traceId' | 'spanId' | 'at' | 'durationMs' | 'error'> {
  const { traceId, spanId, at, durationMs, error } = callJsonOf(row);
  return { traceId, spanId, at, durationMs, error };
}

/** Routes for calls, each with the calculation of its cost and its position in the trace. */
export function callsRoutes(app: FastifyInstance, context: ApiContext): void {
  listCallsRoute(app, context);
  callRoute(app, context);
  traceRoute(app, context);
}

function listCallsRoute(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Querystring: Static<typeof QUERY> }>({
    method: 'GET',
    url: '/calls',
    config: { permission: 'read' },
    schema: {
      operationId: 'listCalls',
      summary: 'Calls of all users, newest first',
      querystring: QUERY,
      response: { 200: listOf(CALL, { range: RANGE }) },
    },
    handler: async (request, reply) => {
      const { user, attributed } = request.query;
      if (user !== undefined) {
        return sendCalls(context, request, reply, {
          userIds: await knownIds(context, request.project, user),
        });
      }
      return sendCalls(context, request, reply, attributed === undefined ? {} : { isAttributed: attributed });
    },
  });
}

function callRoute(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Params: Static<typeof CALL_PARAMS> }>({
    method: 'GET',
    url: '/calls/:traceId/:spanId',
    config: { permission: 'read' },
    schema: {
      operationId: 'readCall',
      summary: 'One call with its attributes, the arithmetic of its cost, and its trace',
      params: CALL_PARAMS,
      response: {
        200: object({
          ...CALL_PROPERTIES,
          status: object({
            code: { ...COUNT, description: '2 for a failed call, as in OTLP.' },
            message: TEXT_OR_NULL,
          }),
          exception: {
            anyOf: [
              object({ type: TEXT_OR_NULL, message: TEXT_OR_NULL, stack: TEXT_OR_NULL }),
              { type: 'null' },
            ],
          },
          resends: { ...COUNT, description: 'Number of retries by the client within this call.' },
          firstChunkMs: {
            ...NUMBER_OR_NULL,
            description: 'Time from the start to the first chunk of a streamed answer.',
          },
          attempts: {
            type: 'array',
            items: object({ traceId: TEXT, spanId: TEXT, at: TIME, durationMs: NUMBER, error: TEXT_OR_NULL }),
            description: 'All attempts at the same answer, oldest first; empty if this call is the only one.',
          },
          messages: { anyOf: [MESSAGES, { type: 'null' }], description: 'Null where content is not stored.' },
          feedback: {
            type: 'array',
            items: FEEDBACK,
            description: 'Feedback on this call, and on the runs and messages of its trace.',
          },
          attributes: OBJECT,
          resource: OBJECT,
          events: { type: 'array' },
          arithmetic: object({
            lines: { type: 'array', items: COST_LINE },
            tier: TEXT_OR_NULL,
            note: TEXT_OR_NULL,
          }),
          trace: {
            type: 'array',
            items: SPAN,
            description: `The first ${SPANS_OF_PAGE} spans of the trace by their start, and the call's own.`,
          },
          traceSpanCount: { ...COUNT, description: 'Spans of the whole trace.' },
          traceNextCursor: {
            ...TEXT_OR_NULL,
            description: 'Cursor for the next page of /api/traces/{traceId}; null if the trace is complete.',
          },
        }),
      },
    },
    handler: async ({ project, params }) => {
      const traceId = checkTraceId(params.traceId);
      const spanId = numberOf(checkSpanId(params.spanId));
      return readCall(context, project, traceId, spanId);
    },
  });
}

/** A call with its attributes, the arithmetic of its cost, and the first spans of its trace; 404 if it is unknown. */
async function readCall(
  context: ApiContext,
  project: string,
  traceId: string,
  spanId: string,
): Promise<object> {
  const { traces, threads } = context.store;
  const [first, own, extent] = await Promise.all([
    traces.readTracePage(context, project, [traceId], { limit: SPANS_OF_PAGE }),
    traces.readTracePage(context, project, [traceId], { limit: 1, spanIds: [spanId] }),
    traces.readTraceExtent(project, traceId),
  ]);
  const [row] = own.calls;
  if (row === undefined || extent === undefined) throw notFound('call');
  const isShown = first.spans.some((each) => each.span_id === spanId);
  const spans = isShown ? first.spans : [...first.spans, ...own.spans];
  const calls = [...first.calls.filter((call) => call.span_id !== spanId), row];
  const call = callJsonOf(row);
  const content = spanContentOf(own.spans[0]);
  const { attributes, events } = content;
  const entries = await threads.readFeedbackAbout(project, spans.map(spanTargetId));
  const siblings =
    first.next === undefined
      ? { spans, calls }
      : await traces.readTracePage(context, project, [traceId], {
          limit: SPANS_OF_PAGE,
          parentSpanId: row.parent_span_id,
        });
  const attempts = attemptsOf(row, siblings.calls, siblings.spans);
  return {
    ...call,
    status: content.status,
    exception: exceptionOf(attributes, events),
    resends: resendsOf(attributes),
    firstChunkMs: firstChunkMsOf(attributes, call.durationMs),
    messages: messagesOf(attributes) ?? null,
    attempts: attempts.length > 1 ? attempts.map(attemptJsonOf) : [],
    feedback: feedbackOf(entries),
    attributes,
    resource: content.resource,
    events,
    arithmetic: costArithmetic(row, context.pipeline.pricesOf(project)),
    trace: waterfall({ spans, calls }, extent.startNs),
    traceSpanCount: extent.spans,
    traceNextCursor: first.next === undefined ? null : encodeCursor(first.next),
  };
}

/** What a span says beyond its call; empty if only the call is stored. */
function spanContentOf(span: StoredSpan | undefined): {
  readonly status: { readonly code: number; readonly message: string | null };
  readonly attributes: Record<string, unknown>;
  readonly resource: object;
  readonly events: unknown[];
} {
  if (span === undefined) {
    return { status: { code: 0, message: null }, attributes: {}, resource: {}, events: [] };
  }
  return {
    status: { code: span.status, message: span.status_message || null },
    attributes: JSON.parse(span.attributes) as Record<string, unknown>,
    resource: JSON.parse(span.resource) as object,
    events: span.events === '' ? [] : (JSON.parse(span.events) as unknown[]),
  };
}

function traceRoute(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Params: Static<typeof TRACE_PARAMS>; Querystring: Static<typeof TRACE_QUERY> }>({
    method: 'GET',
    url: '/traces/:traceId',
    config: { permission: 'read' },
    schema: {
      operationId: 'readTrace',
      summary: 'A page of a trace: its spans in the order of their start, and its calls',
      params: TRACE_PARAMS,
      querystring: TRACE_QUERY,
      response: {
        200: object({
          traceId: TEXT,
          spanCount: { ...COUNT, description: 'Spans of the whole trace.' },
          spans: { type: 'array', items: SPAN },
          calls: { type: 'array', items: CALL },
          nextCursor: { ...TEXT_OR_NULL, description: '`cursor` of the next page; null on the last.' },
        }),
      },
    },
    handler: async ({ project, params, query }) => {
      const traceId = checkTraceId(params.traceId);
      const after = decodeCursor(query.cursor, POSITION_LENGTH);
      const [page, extent] = await Promise.all([
        context.store.traces.readTracePage(context, project, [traceId], {
          limit: query.limit,
          ...(after === undefined ? {} : { after }),
        }),
        context.store.traces.readTraceExtent(project, traceId),
      ]);
      if (extent === undefined) throw notFound('trace');
      return {
        traceId,
        spanCount: extent.spans,
        spans: waterfall(page, extent.startNs),
        calls: page.calls.map(callJsonOf),
        nextCursor: page.next === undefined ? null : encodeCursor(page.next),
      };
    },
  });
}

/** A trace id in lower case; 400 unless it is 32 hex digits. */
function checkTraceId(traceId: string): string {
  const id = traceId.toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id)) throw new Problem(400, 'A trace id is 32 hex digits.');
  return id;
}

/** A span id in lower case; 400 unless it is 16 hex digits. */
function checkSpanId(spanId: string): string {
  const id = spanId.toLowerCase();
  if (!/^[0-9a-f]{16}$/.test(id)) throw new Problem(400, 'A span id is 16 hex digits.');
  return id;
}
