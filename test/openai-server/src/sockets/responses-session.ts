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

/** The Responses API over a WebSocket: each `response.create` is answered with the events of a stream, one at a time. */
export function responsesSession(context: SocketContext): SocketSession {
  const { state, send } = context;
  const waiting: Json[] = [];
  let making: Making | undefined;

  return {
    receive(event) {
      if (event['type'] !== 'response.create') return;
      waiting.push(event);
      if (making === undefined) next();
    },
    gone() {
      if (making === undefined) return;
      const { exchange, answer, made } = making;
      charge(exchange, { ...answer, usage: { ...answer.usage, outputTokens: made.tokens }, complete: false });
      making = undefined;
      waiting.length = 0;
    },
  };

  function next(): void {
    const json = waiting.shift();
    if (json === undefined) return;
    const asked = stringOf(json['model']) ?? '';
    if (!isKnown(asked)) {
      send({
        type: 'error',
        error: { type: 'invalid_request_error', code: 'model_not_found', message: 'No.' },
        status: 404,
      });
      return next();
    }
    const exchange = exchangeOf(context, json);
    const answer = makeResponse(exchange, snapshotOf(asked, 'openai'), exampleCalls(exchange));
    making = { exchange, answer, made: { tokens: 0 } };
    play(0);
  }

  function play(at: number): void {
    if (making === undefined) return;
    const { exchange, answer, made } = making;
    const { cutAfter } = exchange.scenario;
    const events = responseEvents(answer, made);
    if (cutAfter !== undefined && at >= cutAfter) return context.cut();
    const event = events[at];
    if (event === undefined) {
      making = undefined;
      if (answer.final['status'] !== 'failed') charge(exchange, answer);
      return next();
    }
    if (at === events.length - 1) {
      making = undefined;
      if (answer.final['status'] !== 'failed') charge(exchange, answer);
      send(objectOf(event.data));
      return next();
    }
    send(objectOf(event.data));
    event.onSent?.();
    setImmediate(() => play(at + 1));
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
