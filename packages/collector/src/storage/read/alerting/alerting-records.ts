import { all, Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import { integerAt } from '../query/cursor.ts';
import type { Position } from '../query/cursor.ts';

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

/** Records of one project or all, and of some kinds or all. */
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

export interface StatesQuery {
  readonly project: string;
  /** Rules whose states are read. */
  readonly ruleIds: readonly string[];
  /** Kind of the subject, such as `user`. */
  readonly of?: string;
  /** Id of the subject. */
  readonly subject?: string;
  readonly isActive?: boolean;
}

/** Numbers of subjects for which a rule fires, and for which it has resolved. */
export interface StateCount {
  readonly rule: string;
  readonly active: number;
  readonly ended: number;
}

interface ListedState extends StateRecord {
  readonly is_active: 0 | 1;
  readonly since_ms: string;
}

const LISTED = `SELECT project, rule_id, subject, value, toUInt8(JSONExtractBool(value, 'isActive')) AS is_active,
  JSONExtractInt(value, 'sinceMs') AS since_ms FROM alert_states FINAL`;

function stateConditions({ project, ruleIds, of, subject, isActive }: StatesQuery, sql: Sql): string {
  return all([
    `project = ${sql.text(project)}`,
    `rule_id IN ${sql.texts(ruleIds)}`,
    ...(of === undefined ? [] : [`startsWith(subject, ${sql.text(`${of}:`)})`]),
    ...(subject === undefined
      ? []
      : [`substring(subject, position(subject, ':') + 1) = ${sql.text(subject)}`]),
    ...(isActive === undefined ? [] : [`is_active = ${isActive ? 1 : 0}`]),
  ]);
}

/** A page of states: firing ones first, then the latest. */
export async function listStates(
  store: Store,
  query: StatesQuery & { readonly limit: number; readonly after?: Position | undefined },
): Promise<{ readonly rows: readonly StateRecord[]; readonly next?: Position }> {
  const { limit, after } = query;
  const sql = new Sql(store);
  const where = [stateConditions(query, sql)];
  if (after !== undefined) {
    const place = `(${sql.integer(-integerAt(after, 0))}, ${sql.integer(-integerAt(after, 1))}, ${sql.text(after[2] ?? '')}, ${sql.text(after[3] ?? '')})`;
    where.push(`(-toInt64(is_active), -since_ms, rule_id, subject) > ${place}`);
  }
  const rows = await store.query<ListedState>(
    `${LISTED} WHERE ${all(where)} ORDER BY is_active DESC, since_ms DESC, rule_id, subject LIMIT ${sql.param(limit + 1, 'UInt32')}`,
    sql.parameters,
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return rows.length > limit && last !== undefined
    ? { rows: page, next: [String(last.is_active), last.since_ms, last.rule_id, last.subject] }
    : { rows: page };
}

/** Counts the subjects for which each rule has a state. */
export async function countStates(store: Store, query: StatesQuery): Promise<readonly StateCount[]> {
  const sql = new Sql(store);
  const rows = await store.query<{ rule_id: string; active: string; ended: string }>(
    `SELECT rule_id, countIf(is_active = 1) AS active, countIf(is_active = 0) AS ended FROM (${LISTED})
     WHERE ${stateConditions(query, sql)} GROUP BY rule_id ORDER BY rule_id`,
    sql.parameters,
  );
  return rows.map(({ rule_id: rule, active, ended }) => ({
    rule,
    active: Number(active),
    ended: Number(ended),
  }));
}

const DELIVERY =
  'project, id, channel_id, rule_id, subject, state, toString(created_ms) AS created_ms, toString(next_ms) AS next_ms, value';

/** Pending deliveries, and those of the last days, so that none is created twice. */
export function readOutbox(store: Store, sinceMs: number): Promise<DeliveryRecord[]> {
  return store.query<DeliveryRecord>(
    `SELECT ${DELIVERY} FROM (SELECT * FROM deliveries FINAL WHERE state = 'pending' OR created_ms >= {since:Int64})
     ORDER BY toInt64(created_ms), id`,
    { since: Math.floor(sinceMs) },
  );
}

/** The ids of those deliveries that are in the store. */
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
  /** End of the previous page: the time and id of its last delivery. */
  readonly after?: Position | undefined;
}

/** Deliveries of a project, the newest first. */
export function readDeliveries(store: Store, query: DeliveriesQuery): Promise<DeliveryRecord[]> {
  const { project, channelId, ruleId, limit, beforeMs, after } = query;
  const sql = new Sql(store);
  const where = [
    `project = ${sql.text(project)}`,
    ...(channelId === undefined ? [] : [`channel_id = ${sql.text(channelId)}`]),
    ...(ruleId === undefined ? [] : [`rule_id = ${sql.text(ruleId)}`]),
    ...(beforeMs === undefined ? [] : [`created_ms < ${sql.integer(beforeMs)}`]),
    ...(after === undefined
      ? []
      : [`(-created_ms, id) > (${sql.integer(-integerAt(after, 0))}, ${sql.text(after[1] ?? '')})`]),
  ];
  return store.query<DeliveryRecord>(
    `SELECT ${DELIVERY} FROM (SELECT * FROM deliveries FINAL WHERE ${all(where)})
     ORDER BY toInt64(created_ms) DESC, id LIMIT ${sql.param(limit, 'UInt32')}`,
    sql.parameters,
  );
}
