import { CALL_FILTER_NAMES } from '../storage/read/query/filters.ts';
import type { AlertEvent } from './alert-event.ts';
import { oneLine, shortened } from '../runtime/plain-text.ts';

/** An event in words and as data. Each channel formats it in its own way. */
export interface AlertMessage {
  readonly id: string;
  /** Type of the webhook: `alert.fired`, `alert.repeated`, `alert.resolved`, `budget.…`, `alert.digest` or `alert.test`. */
  readonly type: string;
  readonly title: string;
  readonly text: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly isResolved: boolean;
  /** The same for all messages of one subject of one rule. */
  readonly dedupKey: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly link: string | null;
  readonly atMs: number;
  /** `data` of the webhook. */
  readonly data: Readonly<Record<string, unknown>>;
}

const DIGITS = 6;
/** Maximum length of a name in a title, so that the figure still fits. */
const MAX_NAME = 80;
const MAX_FACT = 1200;

/** A decimal for people: at most six digits after the point. */
function shortDecimal(decimal: string): string {
  const [whole = '0', fraction = ''] = decimal.split('.');
  const short = fraction.slice(0, DIGITS).replace(/0+$/, '');
  return short === '' ? whole : `${whole}.${short}`;
}

/** A short decimal with a comma after each three digits of its whole part. */
function groupedDecimal(decimal: string): string {
  const [whole = '0', ...fraction] = shortDecimal(decimal).split('.');
  return [whole.replaceAll(/(?<=\d)(?=(?:\d{3})+$)/gu, ','), ...fraction].join('.');
}

function amount(measure: string, decimal: string): string {
  const short = groupedDecimal(decimal);
  switch (measure) {
    case 'cost':
      return `$${short}`;
    case 'errorRate':
    case 'coverage':
      return `${groupedDecimal(String(Math.round(Number(decimal) * 1e6) / 1e4))}%`;
    case 'latencyP95':
      return `${short} ms`;
    case 'unpriced':
      return `${short} unpriced calls`;
    default:
      return `${short} ${measure}`;
  }
}

const NAMES: Readonly<Record<string, string>> = {
  cost: 'cost',
  calls: 'number of calls',
  tokens: 'tokens',
  errors: 'errors',
  errorRate: 'error rate',
  latencyP95: '95th percentile of the latency',
  unpriced: 'unpriced calls',
  coverage: 'coverage',
};

const WINDOWS: Readonly<Record<string, string>> = { day: 'today', week: 'this week', month: 'this month' };

function windowText({ rule, span, atMs }: AlertEvent): string {
  const current = WINDOWS[rule.window];
  if (current === undefined) return `in the last ${rule.window}`;
  return atMs < span.toMs
    ? current
    : `in the ${rule.window} that ended at ${new Date(span.toMs).toISOString()}`;
}

/** Puts an event into words. `publicUrl` is where people reach the dashboard. */
export function messageOf(event: AlertEvent, publicUrl: string | undefined): AlertMessage {
  const { rule, subject, kind } = event;
  const isResolved = kind === 'resolved';
  const figures = figuresOf(event);
  const title = titleOf(event, figures);
  const causes = causeLines(event);
  const link = linkOf(event, publicUrl);
  return {
    id: `msg_${event.id}`,
    type: `${rule.budgetId === undefined ? 'alert' : 'budget'}.${kind}`,
    title,
    text: [title, ...causes, ...(link === null ? [] : [link])].join('\n'),
    severity: isResolved ? 'info' : event.severity,
    isResolved,
    dedupKey: `${event.project}/${rule.id}/${rule.of}/${subject}`,
    facts: factsOf(event, figures, causes),
    link,
    atMs: event.atMs,
    data: dataOf(event, link),
  };
}

/** The value and the threshold of an event, with their units. */
interface Figures {
  readonly value: string;
  readonly threshold: string;
}

function figuresOf({ rule, value, threshold }: AlertEvent): Figures {
  return rule.comparedToBefore
    ? {
        value: `${groupedDecimal(value)} times`,
        threshold: `${groupedDecimal(threshold)} times the previous window`,
      }
    : { value: amount(rule.measure, value), threshold: amount(rule.measure, threshold) };
}

function titleOf(event: AlertEvent, { value, threshold }: Figures): string {
  const { rule } = event;
  const name = shortName(event.subjectName ?? event.subject);
  const who = rule.of === 'project' ? 'The project' : `${capitalized(rule.of)} ${name}`;
  const window = windowText(event);
  const ruleName = shortName(rule.name);
  if (event.isWithoutData) return `${ruleName}: ${who} has no calls ${window}`;
  const figure = `${rule.projected === true ? 'projected ' : ''}${NAMES[rule.measure]}`;
  const statement = `${ruleName}: ${who}: ${figure} ${value} ${window}`;
  return event.kind === 'resolved'
    ? `Resolved: ${statement}`
    : `${statement}, ${rule.direction === 'above' ? 'at or above' : 'below'} ${threshold}`;
}

function shortName(name: string): string {
  return shortened(oneLine(name), MAX_NAME);
}

function capitalized(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

function factsOf(
  { rule, subject, subjectName, project, group, span }: AlertEvent,
  { value, threshold }: Figures,
  causes: readonly string[],
): AlertMessage['facts'] {
  const facts = [
    { name: 'Rule', value: rule.name },
    {
      name: capitalized(rule.of),
      value: subjectName === null ? subject || project : `${subjectName} (${subject})`,
    },
    ...(group === null ? [] : [{ name: 'Group', value: group }]),
    { name: rule.projected === true ? 'Projected' : 'Figure', value },
    { name: 'Threshold', value: threshold },
    {
      name: 'Window',
      value: `${rule.window} ${new Date(span.fromMs).toISOString()} to ${new Date(span.toMs).toISOString()}`,
    },
    ...causes.map((line) => ({ name: 'Cause', value: line })),
  ];
  return facts.map(({ name, value }) => ({ name, value: shortened(oneLine(value), MAX_FACT) }));
}

function dataOf(event: AlertEvent, link: string | null): AlertMessage['data'] {
  const { rule, subject, kind, span, cause } = event;
  const state = kind === 'resolved' ? 'resolved' : event.isWithoutData ? 'no data' : event.severity;
  return {
    project: event.project,
    rule: {
      id: rule.id,
      name: rule.name,
      measure: rule.measure,
      of: rule.of,
      window: rule.window,
      timeZone: rule.timeZone,
      ...(rule.projected === true ? { projected: true } : {}),
    },
    ...(rule.budgetId === undefined ? {} : { budget: rule.budgetId }),
    state,
    severity: event.severity,
    [rule.of]: rule.of === 'project' ? event.project : subject,
    ...(rule.of === 'user' ? { userName: event.subjectName, group: event.group } : {}),
    value: event.value,
    valueBefore: event.valueBefore,
    threshold: event.threshold,
    thresholdsCrossed: event.crossed,
    window: { from: new Date(span.fromMs).toISOString(), to: new Date(span.toMs).toISOString() },
    cause: cause ?? null,
    link,
  };
}

function causeLines({ cause }: AlertEvent): string[] {
  if (cause === undefined) return [];
  const share = (of: number): string => `${Math.round(of * 100)}%`;
  return [
    ...(cause.model === undefined
      ? []
      : [`${share(cause.model.share)} from model ${shortName(cause.model.name)}`]),
    ...(cause.tag === undefined ? [] : [`${share(cause.tag.share)} from tag ${shortName(cause.tag.name)}`]),
    `${cause.calls} ${cause.calls === 1 ? 'call' : 'calls'}, ${cause.callsBefore} in the previous window`,
  ];
}

/** The page of the dashboard that shows the same range of the same subject, with the filter of the rule. */
function linkOf({ rule, subject, span }: AlertEvent, publicUrl: string | undefined): string | null {
  if (publicUrl === undefined) return null;
  const { of, filter, measure } = rule;
  // The id is in the query string, because a user id such as `..` would change a path.
  const query = new URLSearchParams(of === 'user' ? { id: subject } : {});
  query.set('from', new Date(span.fromMs).toISOString());
  query.set('to', new Date(span.toMs).toISOString());
  if (of === 'user') {
    appendAll(query, 'only', CALLS_OF_MEASURE[measure]);
  } else {
    appendAll(query, 'group', of === 'group' ? [subject] : filter.group);
    for (const [name, values] of Object.entries(filter.props ?? {})) appendAll(query, `prop.${name}`, values);
  }
  for (const name of CALL_FILTER_NAMES) appendAll(query, name, of === name ? [subject] : filter[name]);
  return `${publicUrl.replace(/\/+$/, '')}/${of === 'user' ? 'user' : ''}?${query.toString()}`;
}

/** Words for the calls that a measure counts, for measures that do not count all calls. */
const CALLS_OF_MEASURE: Readonly<Partial<Record<AlertEvent['rule']['measure'], readonly string[]>>> = {
  errors: ['errors'],
  errorRate: ['errors'],
  unpriced: ['unpriced'],
};

function appendAll(query: URLSearchParams, name: string, values: readonly string[] = []): void {
  for (const value of values) query.append(name, value);
}
