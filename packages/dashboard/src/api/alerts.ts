import { queryOptions } from '@tanstack/react-query';
import { apiPath, getJson, sendJson, type Query } from './request.ts';

export const measures = [
  'cost',
  'calls',
  'tokens',
  'errors',
  'errorRate',
  'latencyP95',
  'unpriced',
  'coverage',
] as const;
export type Measure = (typeof measures)[number];

export const subjects = ['project', 'user', 'group', 'model', 'service', 'tag'] as const;
export type Subject = (typeof subjects)[number];

export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

export interface Threshold {
  readonly severity: Severity;
  /** Exact decimal. */
  readonly value: string;
}

/** Values by filter name; `props` has values by property name. */
export type RuleFilter = Readonly<
  Partial<
    Record<'model' | 'tag' | 'service' | 'provider' | 'operation' | 'user' | 'group', readonly string[]>
  >
> & { readonly props?: Readonly<Record<string, readonly string[]>> };

export interface AlertRule {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly measure: Measure;
  readonly of: Subject;
  readonly filter: RuleFilter;
  /** `5m` to `31d`, `day`, `week` or `month`. */
  readonly window: string;
  readonly timeZone: string;
  readonly direction: 'above' | 'below';
  readonly thresholds: readonly Threshold[];
  readonly minimumCalls: number;
  readonly comparedToBefore: boolean;
  readonly renotifySeconds?: number;
  readonly noData: 'zero' | 'keep' | 'alert';
  readonly channels: readonly string[];
}

/** A user, group… that a rule or budget fires for, or fired for in this period. */
export interface AlertStateRow {
  readonly rule: string;
  readonly of: Subject;
  readonly subject: string;
  readonly isActive: boolean;
  readonly severity: Severity | null;
  readonly threshold: string | null;
  readonly value: string;
  readonly since: string;
  readonly lastTold: string | null;
}

export interface Silence {
  readonly id: string;
  readonly rule: string | null;
  readonly user: string | null;
  readonly group: string | null;
  readonly from: string;
  readonly until: string | null;
  readonly comment: string;
}

interface Data<Row> {
  readonly data: readonly Row[];
}

/** Alert states change without a call: a window moves on. */
const refetchInterval = 15_000;

export function alertsQuery() {
  return queryOptions({
    queryKey: ['live', 'alerts'],
    queryFn: ({ signal }) => getJson<Data<AlertRule>>(apiPath(['alerts']), signal),
  });
}

export function alertStatesQuery() {
  return queryOptions({
    queryKey: ['live', 'alert-states'],
    queryFn: ({ signal }) => getJson<Data<AlertStateRow>>(apiPath(['alert-states']), signal),
    refetchInterval,
  });
}

export function silencesQuery() {
  return queryOptions({
    queryKey: ['live', 'silences'],
    queryFn: ({ signal }) => getJson<Data<Silence>>(apiPath(['silences']), signal),
  });
}

/** Adds a rule without an id, replaces the one with this id otherwise. */
export function saveAlert({
  id,
  ...rule
}: Omit<AlertRule, 'id'> & { readonly id?: string }): Promise<AlertRule> {
  return id === undefined
    ? sendJson('POST', apiPath(['alerts']), rule)
    : sendJson('PUT', apiPath(['alerts', id]), rule);
}

export function removeAlert(id: string): Promise<unknown> {
  return sendJson('DELETE', apiPath(['alerts', id]));
}

export function addSilence(silence: {
  readonly rule?: string;
  readonly user?: string;
  readonly group?: string;
  readonly until?: string;
}): Promise<Silence> {
  return sendJson('POST', apiPath(['silences']), silence);
}

export function removeSilence(id: string): Promise<unknown> {
  return sendJson('DELETE', apiPath(['silences', id]));
}

export const channelTypes = ['webhook', 'slack', 'discord', 'teams', 'pagerduty', 'email'] as const;
export type ChannelType = (typeof channelTypes)[number];

export interface Digest {
  /** `09:00`. */
  readonly at: string;
  readonly timeZone: string;
}

/** Where messages go, without its secrets. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly type: ChannelType;
  readonly enabled: boolean;
  readonly host: string | null;
  readonly to: readonly string[];
  readonly from: string | null;
  readonly digest: Digest | null;
  readonly disabledReason: string | null;
  readonly signingSecrets: number;
}

/** A message and what became of it. */
export interface Delivery {
  readonly id: string;
  readonly channel: string;
  readonly rule: string | null;
  readonly subject: string | null;
  readonly state: 'pending' | 'delivered' | 'failed' | 'dropped' | 'merged';
  readonly at: string;
  readonly nextAttempt: string | null;
  readonly attempts: number;
  readonly type: string;
  readonly title: string;
  readonly answer: { readonly status: number | null; readonly text: string; readonly at: string } | null;
}

export function channelsQuery() {
  return queryOptions({
    queryKey: ['live', 'channels'],
    queryFn: ({ signal }) => getJson<Data<Channel>>(apiPath(['channels']), signal),
  });
}

export function deliveriesQuery(query: Query) {
  return queryOptions({
    queryKey: ['live', 'deliveries', query],
    queryFn: ({ signal }) => getJson<Data<Delivery>>(apiPath(['deliveries'], query), signal),
    refetchInterval,
  });
}

/** The signing secret of a new webhook is in this answer only. */
export function saveChannel(
  id: string | undefined,
  channel: Readonly<Record<string, unknown>>,
): Promise<Channel & { readonly secret?: string }> {
  return id === undefined
    ? sendJson('POST', apiPath(['channels']), channel)
    : sendJson('PUT', apiPath(['channels', id]), channel);
}

export function removeChannel(id: string): Promise<unknown> {
  return sendJson('DELETE', apiPath(['channels', id]));
}

export interface TestAnswer {
  readonly accepted: boolean;
  readonly status: number | null;
  readonly answer: string;
}

export function testChannel(id: string): Promise<TestAnswer> {
  return sendJson('POST', apiPath(['channels', id, 'test']), {});
}

export function rotateSecret(id: string): Promise<{ readonly secret: string | null }> {
  return sendJson('POST', apiPath(['channels', id, 'secrets']), {});
}

export function removeOldSecrets(id: string): Promise<unknown> {
  return sendJson('DELETE', apiPath(['channels', id, 'secrets']));
}
