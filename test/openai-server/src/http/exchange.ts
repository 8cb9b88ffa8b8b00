import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

import { usdOf } from '../billing/bill.ts';
import type { Bill, BilledUsage } from '../billing/bill.ts';
import type { Json } from './json.ts';
import { stringOf } from './json.ts';
import type { Scenario } from '../scenario.ts';

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Exactly the bytes that came, as UTF-8. */
  readonly body: string;
}

/** What all requests of one server share. */
export interface ServerState {
  readonly bills: Bill[];
  readonly nextId: (prefix: string) => string;
  /** Seconds since the epoch, as the wire has them. */
  readonly now: () => number;
  readonly objects: Map<string, unknown>;
}

/** One request and the way to answer it. */
export interface Exchange {
  readonly state: ServerState;
  readonly request: ReceivedRequest;
  readonly response: ServerResponse;
  readonly host: string;
  /** Path below the host's base, without the query: `/chat/completions`. */
  readonly route: string;
  readonly query: URLSearchParams;
  /** The parsed body; an empty object where there is none. */
  readonly json: Json;
  readonly scenario: Scenario;
  /** Sends a whole JSON answer; what a batch runs is caught here. */
  readonly send: (status: number, body: unknown, headers?: Readonly<Record<string, string>>) => void;
  /** Runs another request through the endpoint that its route names; false where there is none. */
  readonly dispatch: (inner: Exchange) => Promise<boolean>;
  /** A line of a batch: billed at the batch price. */
  readonly isBatch?: boolean;
  /** Aborted when the caller goes away or the server closes. */
  readonly gone: AbortSignal;
}

/** The tier that answers: the scenario's, else the asked one, where `auto` and nothing are `default`. */
export function tierOf(exchange: Exchange): string {
  const asked = exchange.scenario.tier ?? stringOf(exchange.json['service_tier']);
  return asked === undefined || asked === 'auto' ? 'default' : asked;
}

/** Writes one line of the invoice. */
export function charge(
  exchange: Exchange,
  line: { id: string; model: string; usage: BilledUsage; complete?: boolean },
): void {
  const { state, host, route, json } = exchange;
  const tier = exchange.isBatch === true ? 'batch' : tierOf(exchange);
  state.bills.push({
    id: line.id,
    host,
    path: route,
    model: line.model,
    tier,
    user: stringOf(json['user']) ?? stringOf(json['safety_identifier']) ?? null,
    usage: line.usage,
    usd: usdOf(host, line.model, tier, line.usage),
    complete: line.complete ?? true,
  });
}
