import { queryOptions } from '@tanstack/react-query';
import { apiPath, getJson, sendJson } from './request.ts';

export const billers = [
  'stripe-stream',
  'stripe',
  'openmeter',
  'lago',
  'orb',
  'metronome',
  'webhook',
] as const;

/** Sends usage to a biller; its key is never shown. */
export interface Exporter {
  readonly id: string;
  readonly type: (typeof billers)[number];
  readonly enabled: boolean;
  readonly measure: 'cost' | 'tokens' | 'calls';
  /** `user`, `group` or `prop:NAME`. */
  readonly customer: string;
  readonly markUp: string;
  readonly unit: 'usd' | 'cent' | 'microusd';
  readonly decimals: number;
  readonly eventName: string;
  readonly since: string;
  readonly everySeconds: number;
  readonly url: string;
}

/** What a run of an exporter sent, or would send. Decimals are exact. */
export interface MeterRun {
  readonly dryRun: boolean;
  readonly made: number;
  readonly sent: number;
  readonly pending: number;
  readonly problem: string | null;
  readonly events: readonly {
    readonly identifier: string;
    readonly customer: string;
    readonly day: string;
    readonly model: string;
    readonly quantity: string;
    readonly amount: string;
  }[];
}

export interface Reconciliation {
  readonly owed: string;
  readonly sent: string;
  readonly difference: string;
  /** Events by state: `sent`, `pending`, `uncertain`. */
  readonly states: Readonly<Record<string, number>>;
  readonly lines: readonly {
    readonly customer: string | null;
    readonly day: string;
    readonly model: string;
    readonly used: string;
    readonly owed: string;
    readonly sent: string;
    readonly difference: string;
  }[];
}

export function exportersQuery() {
  return queryOptions({
    queryKey: ['live', 'exporters'],
    queryFn: ({ signal }) => getJson<{ readonly data: readonly Exporter[] }>(apiPath(['exporters']), signal),
  });
}

export function reconciliationQuery(id: string) {
  return queryOptions({
    queryKey: ['live', 'reconcile', id],
    queryFn: ({ signal }) => getJson<Reconciliation>(apiPath(['exporters', id, 'reconcile']), signal),
  });
}

export function saveExporter(id: string, exporter: Readonly<Record<string, unknown>>): Promise<Exporter> {
  return sendJson('PUT', apiPath(['exporters', id]), exporter);
}

export function removeExporter(id: string): Promise<unknown> {
  return sendJson('DELETE', apiPath(['exporters', id]));
}

export function runExporter(id: string, dryRun: boolean): Promise<MeterRun> {
  return sendJson('POST', apiPath(['exporters', id, 'run']), { dryRun });
}
