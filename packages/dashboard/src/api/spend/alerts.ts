import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { everyValue, type Answer, type RowOf } from '../answer.ts';
import { alertStatesPath } from '../lists/list-paths.ts';
import { apiPath, getJson, sendJson, type Query } from '../request.ts';

export type AlertRule = RowOf<'listAlerts'>;
/** Values by filter name; `props` has values by property name. */
export type RuleFilter = AlertRule['filter'];
export type Threshold = AlertRule['thresholds'][number];
export const measures = everyValue<AlertRule['measure']>()([
  'cost',
  'calls',
  'tokens',
  'errors',
  'errorRate',
  'latencyP95',
  'unpriced',
  'coverage',
]);
export type Measure = AlertRule['measure'];

export const subjects = everyValue<AlertRule['of']>()([
  'project',
  'user',
  'group',
  'model',
  'service',
  'tag',
]);

export const severities = everyValue<Threshold['severity']>()(['info', 'warning', 'critical']);
export type Severity = Threshold['severity'];

/** A user, group etc. for which a rule or budget fires or has fired in this period. */
export type AlertStateRow = RowOf<'listAlertStates'>;
export type AlertStatesPage = Answer<'listAlertStates'>;
/** For how many subjects a rule fires, and for how many it has ended. */
export type StateCount = AlertStatesPage['byRule'][number];
export type Silence = RowOf<'listSilences'>;

interface Data<Row> {
  readonly data: readonly Row[];
}

/** Alert states also change without new calls, because windows move. */
const refetchInterval = 15_000;

export function alertsQuery() {
  return queryOptions({
    queryKey: ['live', 'alerts'],
    queryFn: ({ signal }) => getJson<Data<AlertRule>>(apiPath(['alerts']), signal),
  });
}

/** Pages of alert states, firing ones first. There are many if a rule for each user fires for all users. */
export function alertStatesQuery() {
  return infiniteQueryOptions({
    queryKey: ['live', 'alert-states'],
    queryFn: ({ pageParam, signal }) => getJson<AlertStatesPage>(alertStatesPath(pageParam), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval,
  });
}

export function silencesQuery() {
  return queryOptions({
    queryKey: ['live', 'silences'],
    queryFn: ({ signal }) => getJson<Data<Silence>>(apiPath(['silences']), signal),
  });
}

/** Adds a rule if it has no id, and otherwise replaces the rule with this id. */
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

/** A channel that receives messages, without its secrets. */
export type Channel = RowOf<'listChannels'>;
export const channelTypes = everyValue<Channel['type']>()([
  'webhook',
  'slack',
  'discord',
  'teams',
  'pagerduty',
  'email',
]);
export type ChannelType = Channel['type'];
/** A message and the result of its delivery. */
export type Delivery = RowOf<'listDeliveries'>;

export function channelsQuery() {
  return queryOptions({
    queryKey: ['live', 'channels'],
    queryFn: ({ signal }) => getJson<Data<Channel>>(apiPath(['channels']), signal),
  });
}

export function deliveriesQuery(query: Query) {
  return infiniteQueryOptions({
    queryKey: ['live', 'deliveries', query],
    queryFn: ({ pageParam, signal }) =>
      getJson<Answer<'listDeliveries'>>(
        apiPath(['deliveries'], { ...query, limit: 50, cursor: pageParam }),
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval,
  });
}

/** Only the answer to this request has the signing secret of a new webhook. */
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

export type TestAnswer = Answer<'testChannel'>;

export function testChannel(id: string): Promise<TestAnswer> {
  return sendJson('POST', apiPath(['channels', id, 'test']), {});
}

export function rotateSecret(id: string): Promise<{ readonly secret: string | null }> {
  return sendJson('POST', apiPath(['channels', id, 'secrets']), {});
}

export function removeOldSecrets(id: string): Promise<unknown> {
  return sendJson('DELETE', apiPath(['channels', id, 'secrets']));
}
