import { queryOptions } from '@tanstack/react-query';
import { everyValue, type Answer, type RowOf } from '../answer.ts';
import { apiPath, getJson, sendJson } from '../request.ts';

/** An exporter, which sends usage to a billing system. Its key is never shown. */
export type Exporter = RowOf<'listExporters'>;
/** What a run of an exporter sent or would send, in exact decimals. */
export type MeterRun = Answer<'runExporter'>;
export type Reconciliation = Answer<'reconcileExporter'>;

export const billers = everyValue<Exporter['type']>()([
  'stripe-stream',
  'stripe',
  'openmeter',
  'lago',
  'orb',
  'metronome',
  'webhook',
]);

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
