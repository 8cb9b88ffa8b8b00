import type { FastifyInstance } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { callJsonOf } from '../storage/read/calls/call-json.ts';
import { CALLS_QUERY, sendCalls } from './call-list.ts';
import type { CallsRequest } from './call-list.ts';
import { costArithmetic } from './response/cost-lines.ts';
import { notFound } from './response/problem.ts';
import {
  CALL,
  CALL_PROPERTIES,
  COST_LINE,
  FLAG,
  listOf,
  OBJECT,
  object,
  RANGE,
  SPAN,
  TEXT,
  TEXT_OR_NULL,
} from './response/shapes.ts';
import type { Shape } from './response/shapes.ts';
import { readTraces, waterfall } from '../storage/read/traces/trace-query.ts';
import { knownIds } from './user-routes.ts';
import { numberOf } from '../storage/engine/ids.ts';
import { checkSpanId, checkTraceId } from './request/read-ids.ts';

const TRACE_PARAMS: Shape = { type: 'object', properties: { traceId: TEXT } };

interface AllCallsRequest extends CallsRequest {
  readonly user?: string;
  readonly attributed?: boolean;
}

/** Calls, each with the arithmetic of its cost and its place in the trace. */
export function callsRoutes(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Querystring: AllCallsRequest }>({
    method: 'GET',
    url: '/calls',
    config: { scope: 'read' },
    schema: {
      operationId: 'listCalls',
      summary: 'Calls of everybody, the newest first',
      querystring: {
        ...CALLS_QUERY,
        properties: {
          ...(CALLS_QUERY['properties'] as Shape),
          user: { ...TEXT, maxLength: 1024 },
          attributed: { ...FLAG, description: 'Only calls that have a user, or only those that have none.' },
        },
      },
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

  app.route<{ Params: { traceId: string; spanId: string } }>({
    method: 'GET',
    url: '/calls/:traceId/:spanId',
    config: { scope: 'read' },
    schema: {
      operationId: 'readCall',
      summary: 'One call: its attributes, the arithmetic of its cost, and the trace around it',
      params: { type: 'object', properties: { traceId: TEXT, spanId: TEXT } },
      response: {
        200: object({
          ...CALL_PROPERTIES,
          attributes: OBJECT,
          resource: OBJECT,
          events: { type: 'array' },
          arithmetic: object({
            lines: { type: 'array', items: COST_LINE },
            tier: TEXT_OR_NULL,
            note: TEXT_OR_NULL,
          }),
          trace: { type: 'array', items: SPAN },
        }),
      },
    },
    handler: async ({ project, params }) => {
      const traceId = checkTraceId(params.traceId);
      const spanId = numberOf(checkSpanId(params.spanId));
      const { spans, calls } = await readTraces(context.store, project, [traceId]);
      const row = calls.find((call) => call.span_id === spanId);
      if (row === undefined) throw notFound('call');
      const span = spans.find((each) => each.span_id === spanId);
      return {
        ...callJsonOf(row),
        attributes: span === undefined ? {} : (JSON.parse(span.attributes) as object),
        resource: span === undefined ? {} : (JSON.parse(span.resource) as object),
        events: span === undefined || span.events === '' ? [] : (JSON.parse(span.events) as unknown[]),
        arithmetic: costArithmetic(row, context.pipeline.pricesOf(project)),
        trace: waterfall(spans, calls),
      };
    },
  });

  app.route<{ Params: { traceId: string } }>({
    method: 'GET',
    url: '/traces/:traceId',
    config: { scope: 'read' },
    schema: {
      operationId: 'readTrace',
      summary: 'One trace: its spans in order of their start, and its calls',
      params: TRACE_PARAMS,
      response: {
        200: object({
          traceId: TEXT,
          spans: { type: 'array', items: SPAN },
          calls: { type: 'array', items: CALL },
        }),
      },
    },
    handler: async ({ project, params }) => {
      const traceId = checkTraceId(params.traceId);
      const { spans, calls } = await readTraces(context.store, project, [traceId]);
      if (spans.length === 0) throw notFound('trace');
      return { traceId, spans: waterfall(spans, calls), calls: calls.map(callJsonOf) };
    },
  });
}
