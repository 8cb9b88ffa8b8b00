import type { Store } from '../../engine/store.ts';

/** A record of `alerting_configs`. */
export interface ConfigRecord {
  readonly project: string;
  readonly kind: string;
  readonly id: string;
  /** JSON. */
  readonly value: string;
  readonly version: string;
}

export interface StateRecord {
  readonly project: string;
  readonly rule_id: string;
  readonly subject: string;
  readonly value: string;
}

export interface DeliveryRecord {
  readonly project: string;
  readonly id: string;
  readonly channel_id: string;
  readonly rule_id: string;
  readonly subject: string;
  readonly state: string;
  readonly created_ms: string;
  readonly next_ms: string;
  readonly value: string;
}

/** Records of one project, or of all of them; of some kinds, or of all of them. */
export function readConfigs(
  store: Store,
  { project, kinds }: { readonly project?: string; readonly kinds?: readonly string[] },
): Promise<ConfigRecord[]> {
  return store.query<ConfigRecord>(
    `SELECT project, kind, id, value, toString(version) AS version FROM alerting_configs FINAL WHERE 1
     ${project === undefined ? '' : 'AND project = {project:String}'}
     ${kinds === undefined ? '' : 'AND kind IN {kinds:Array(String)}'} ORDER BY project, kind, id`,
    { ...(project === undefined ? {} : { project }), ...(kinds === undefined ? {} : { kinds }) },
  );
}

export function readStates(store: Store, project?: string): Promise<StateRecord[]> {
  return store.query<StateRecord>(
    `SELECT project, rule_id, subject, value FROM alert_states FINAL
     ${project === undefined ? '' : 'WHERE project = {project:String}'}`,
    project === undefined ? {} : { project },
  );
}

const DELIVERY =
  'project, id, channel_id, rule_id, subject, state, toString(created_ms) AS created_ms, toString(next_ms) AS next_ms, value';

/** Deliveries that are still due, and those of the last days, so that none is made twice. */
export function readOutbox(store: Store, sinceMs: number): Promise<DeliveryRecord[]> {
  return store.query<DeliveryRecord>(
    `SELECT ${DELIVERY} FROM (SELECT * FROM deliveries FINAL WHERE state = 'pending' OR created_ms >= {since:Int64})
     ORDER BY toInt64(created_ms), id`,
    { since: Math.floor(sinceMs) },
  );
}

/** Which of these deliveries the store has. */
export async function readStoredDeliveries(
  store: Store,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await store.query<{ id: string }>(
    'SELECT DISTINCT id FROM deliveries WHERE id IN {ids:Array(String)}',
    { ids },
  );
  return new Set(rows.map(({ id }) => id));
}

export interface DeliveriesQuery {
  readonly project: string;
  readonly channelId?: string;
  readonly ruleId?: string;
  readonly limit: number;
  readonly beforeMs?: number;
}

/** Deliveries of a project, the newest first. */
export function readDeliveries(store: Store, query: DeliveriesQuery): Promise<DeliveryRecord[]> {
  const { project, channelId, ruleId, limit, beforeMs } = query;
  return store.query<DeliveryRecord>(
    `SELECT ${DELIVERY} FROM (SELECT * FROM deliveries FINAL WHERE project = {project:String}
       ${channelId === undefined ? '' : 'AND channel_id = {channelId:String}'}
       ${ruleId === undefined ? '' : 'AND rule_id = {ruleId:String}'}
       ${beforeMs === undefined ? '' : 'AND created_ms < {beforeMs:Int64}'}
     ) ORDER BY toInt64(created_ms) DESC, id LIMIT {limit:UInt32}`,
    {
      project,
      limit,
      ...(channelId === undefined ? {} : { channelId }),
      ...(ruleId === undefined ? {} : { ruleId }),
      ...(beforeMs === undefined ? {} : { beforeMs }),
    },
  );
}
