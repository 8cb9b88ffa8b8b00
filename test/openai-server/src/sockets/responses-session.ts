import type { ServerResponse } from 'node:http';

import type { SocketContext, SocketSession } from './socket-session.ts';
import { charge } from '../http/exchange.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Json } from '../http/json.ts';
import { objectOf, stringOf } from '../http/json.ts';
import { isKnown, snapshotOf } from '../model.ts';
import { promptOf } from '../prompt.ts';
import { responseEvents } from '../responses/response-events.ts';
import { makeResponse } from '../responses/response-object.ts';
import type { ResponseAnswer } from '../responses/response-object.ts';
import { exampleCalls } from '../responses/response-tools.ts';
import { scenarioOf } from '../scenario.ts';

interface Making {
  readonly exchange: Exchange;
  readonly answer: ResponseAnswer;
  readonly made: { tokens: number };
}

/** Requests of one lane, which are answered in order. */
interface Lane {
  /** `stream_id` of its requests and events; undefined for requests without one. */
  readonly id: unknown;
  readonly waiting: Json[];
  making: Making | undefined;
}

/**
 * The Responses API over a WebSocket: each `response.create` is answered with the events of a stream. The lanes of a connection
 * (`stream_id`) are answered in parallel, and one response at a time in each.
 */
export function responsesSession(context: SocketContext): SocketSession {
  const { state, send } = context;
  const lanes = new Map<unknown, Lane>();
  let isGone = false;

  return {
    receive(event) {
      if (event['type'] !== 'response.create') return;
      const id = event['stream_id'];
      const lane = lanes.get(id) ?? { id, waiting: [], making: undefined };
      lanes.set(id, lane);
      lane.waiting.push(event);
      if (lane.making === undefined) next(lane);
    },
    gone() {
      isGone = true;
      for (const { making } of lanes.values()) if (making !== undefined) chargePart(making);
      lanes.clear();
    },
  };

  function sendIn({ id }: Lane, event: Json): void {
    send(id === undefined ? event : { ...event, stream_id: id });
  }

  function chargePart({ exchange, answer, made }: Making): void {
    charge(exchange, { ...answer, usage: { ...answer.usage, outputTokens: made.tokens }, complete: false });
  }

  function next(lane: Lane): void {
    const json = lane.waiting.shift();
    if (json === undefined) return;
    const asked = stringOf(json['model']) ?? '';
    if (!isKnown(asked)) {
      sendIn(lane, {
        type: 'error',
        error: { type: 'invalid_request_error', code: 'model_not_found', message: 'No.' },
        status: 404,
      });
      return next(lane);
    }
    const exchange = exchangeOf(context, json);
    const answer = makeResponse(exchange, snapshotOf(asked, 'openai'), exampleCalls(exchange));
    lane.making = { exchange, answer, made: { tokens: 0 } };
    play(lane, 0);
  }

  function play(lane: Lane, at: number): void {
    const { making } = lane;
    if (making === undefined || isGone) return;
    const { exchange, answer, made } = making;
    const { cutAfter } = exchange.scenario;
    const events = responseEvents(answer, made);
    if (cutAfter !== undefined && at >= cutAfter) return context.cut();
    const event = events[at];
    if (event === undefined || at === events.length - 1) {
      lane.making = undefined;
      if (answer.final['status'] !== 'failed') charge(exchange, answer);
      if (event !== undefined) sendIn(lane, objectOf(event.data));
      return next(lane);
    }
    sendIn(lane, objectOf(event.data));
    event.onSent?.();
    setImmediate(() => play(lane, at + 1));
  }

  function exchangeOf({ query }: SocketContext, json: Json): Exchange {
    return {
      state,
      request: { method: 'POST', path: '/responses', headers: {}, body: '' },
      response: undefined as unknown as ServerResponse,
      host: 'openai',
      route: '/responses',
      query,
      json,
      scenario: scenarioOf(undefined, promptOf(json)),
      send: () => {},
      dispatch: () => Promise.resolve(false),
      gone: new AbortController().signal,
    };
  }
}
