import { closest } from 'fastest-levenshtein';

import { CALL_FILTER_NAMES } from '../storage/read/query/filters.ts';
import type { CallFilter } from '../storage/read/query/filters.ts';
import { ALERT_MEASURES, isSum } from './measure.ts';
import type { AlertMeasure } from './measure.ts';
import { parseWindow } from './window.ts';
import type { AlertWindow } from './window.ts';

export const ALERT_SUBJECTS = ['project', 'user', 'group', 'model', 'service', 'tag'] as const;
/** What a rule watches: the whole project, or each user, group, model, service or tag separately. */
export type AlertSubject = (typeof ALERT_SUBJECTS)[number];

/** Whether a rule watches users or groups, whose rows are found by user id. */
export function isOfUsers(of: AlertSubject): of is 'user' | 'group' {
  return of === 'user' || of === 'group';
}

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Threshold {
  readonly severity: Severity;
  /**
   * Exact decimal: US dollars, a count, a share from 0 to 1, or milliseconds; a factor if the rule compares with the
   * window before.
   */
  readonly value: string;
}

/** Which calls and users a rule counts. */
export interface RuleFilter extends CallFilter {
  readonly user?: readonly string[];
  readonly group?: readonly string[];
  /** Values by the name of a property of the user. */
  readonly props?: Readonly<Record<string, readonly string[]>>;
}

/** What to do while a subject has no calls: treat the figure as zero, keep the state, or alert. */
export type NoData = 'zero' | 'keep' | 'alert';

/** An alert rule, as the API and `userspan.config.json` have it. */
export interface AlertRule {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly measure: AlertMeasure;
  readonly of: AlertSubject;
  readonly filter: RuleFilter;
  /** `5m` to `31d`, or `day`, `week`, `month`. */
  readonly window: string;
  readonly timeZone: string;
  /** Default `above`; `below` for coverage. */
  readonly direction: 'above' | 'below';
  /** From the mildest to the most severe. */
  readonly thresholds: readonly Threshold[];
  /** The rule does not fire with fewer calls in the window. */
  readonly minimumCalls: number;
  /** Thresholds are factors of the figure in the window before. */
  readonly comparedToBefore: boolean;
  /**
   * Whether the figure is the projected value at the end of the day, week or month. Such a rule warns before the
   * threshold is met; a subject that has already met the highest one does not fire.
   */
  readonly projected?: boolean;
  /** Seconds after which a subject that still fires is notified again. */
  readonly renotifySeconds?: number;
  readonly noData: NoData;
  readonly channels: readonly string[];
  /** Set if the rule was derived from a budget. */
  readonly budgetId?: string;
}

/** A parsed rule with its project and revision. */
export interface ActiveRule {
  readonly project: string;
  readonly rule: AlertRule;
  readonly parsedWindow: AlertWindow;
  /** Identifies this revision of the rule. */
  readonly revision: string;
  /** When this revision was written. */
  readonly writtenMs: number;
}

const DECIMAL = /^\d{1,18}(\.\d{1,18})?$/;
const ID = /^[\w.-]{1,100}$/;
const MAX_LIST = 100;
export const FILTER_LISTS = [...CALL_FILTER_NAMES, 'user', 'group'] as const;

/**
 * Checks a rule and fills in defaults.
 *
 * @throws TypeError that names the property, the expected value and the actual one.
 */
export function parseRule(input: unknown, id: string): AlertRule {
  const given = objectOf(input, 'the rule');
  refuseOthers(given, KNOWN, 'the rule');
  if (!ID.test(id)) throw wrong('id', 'up to 100 letters, digits, _, . or -', id);
  const measure = oneOf(given['measure'], ALERT_MEASURES, 'measure');
  const of = oneOf(given['of'] ?? 'project', ALERT_SUBJECTS, 'of');
  if (measure === 'coverage' && isOfUsers(of)) {
    throw new TypeError('coverage is the share of calls whose user is known: "of" must not be user or group');
  }
  const window = stringOf(given['window'], 'window');
  const timeZone = given['timeZone'] === undefined ? 'UTC' : stringOf(given['timeZone'], 'timeZone');
  const parsedWindow = parseWindow(window, timeZone);
  const direction = oneOf(
    given['direction'] ?? (measure === 'coverage' ? 'below' : 'above'),
    ['above', 'below'] as const,
    'direction',
  );
  const renotifySeconds = given['renotifySeconds'];
  const filter = parseFilter(given['filter'] ?? {});
  if (of === 'group' && (filter.user !== undefined || filter.props !== undefined)) {
    throw new TypeError('a rule of each group may be filtered by group, not by user or props');
  }
  return {
    id,
    name: given['name'] === undefined ? id : stringOf(given['name'], 'name'),
    enabled: booleanOf(given['enabled'] ?? true, 'enabled'),
    measure,
    of,
    filter,
    window,
    timeZone,
    direction,
    thresholds: parseThresholds(given['thresholds'], direction),
    minimumCalls: countOf(given['minimumCalls'] ?? 0, 'minimumCalls', 0),
    comparedToBefore: booleanOf(given['comparedToBefore'] ?? false, 'comparedToBefore'),
    ...(readProjected(given, measure, parsedWindow, direction) ? { projected: true } : {}),
    ...(renotifySeconds === undefined || renotifySeconds === null
      ? {}
      : { renotifySeconds: countOf(renotifySeconds, 'renotifySeconds', 60) }),
    noData: oneOf(given['noData'] ?? 'zero', ['zero', 'keep', 'alert'] as const, 'noData'),
    channels: listOf(given['channels'] ?? [], 'channels'),
  };
}

const KNOWN = [
  'id',
  'name',
  'enabled',
  'measure',
  'of',
  'filter',
  'window',
  'timeZone',
  'direction',
  'thresholds',
  'minimumCalls',
  'comparedToBefore',
  'projected',
  'renotifySeconds',
  'noData',
  'channels',
];

function readProjected(
  given: Readonly<Record<string, unknown>>,
  measure: AlertMeasure,
  window: AlertWindow,
  direction: AlertRule['direction'],
): boolean {
  if (!booleanOf(given['projected'] ?? false, 'projected')) return false;
  if (window.kind === 'rolling')
    throw new TypeError('projected needs a period with an end: window must be day, week or month');
  if (!isSum(measure))
    throw new TypeError(`projected is for sums such as cost or calls: measure must not be ${measure}`);
  if (direction === 'below' || given['comparedToBefore'] === true)
    throw new TypeError('projected goes with direction "above" and without comparedToBefore');
  return true;
}

function parseThresholds(input: unknown, direction: 'above' | 'below'): Threshold[] {
  const list = Array.isArray(input) ? input : [];
  if (list.length === 0 || list.length > 10) {
    throw wrong('thresholds', 'a list of 1 to 10 { "severity", "value" }', input);
  }
  const thresholds = list.map((each: unknown): Threshold => {
    const given = objectOf(each, 'a threshold');
    refuseOthers(given, ['severity', 'value'], 'a threshold');
    return {
      severity: oneOf(given['severity'] ?? 'critical', SEVERITIES, 'severity'),
      value: decimalOf(given['value'], 'value'),
    };
  });
  return thresholds.sort((a, b) => {
    const order = compareDecimals(a.value, b.value);
    return direction === 'above' ? order : -order;
  });
}

/** Compares two exact decimals by value: negative, zero or positive. */
export function compareDecimals(a: string, b: string): number {
  const [wholeA = '', fractionA = ''] = a.split('.');
  const [wholeB = '', fractionB = ''] = b.split('.');
  const x = BigInt(wholeA + fractionA.padEnd(18, '0'));
  const y = BigInt(wholeB + fractionB.padEnd(18, '0'));
  return x < y ? -1 : x > y ? 1 : 0;
}

export function parseFilter(input: unknown): RuleFilter {
  const given = objectOf(input, 'filter');
  refuseOthers(given, [...FILTER_LISTS, 'props'], 'filter');
  const filter: Record<string, unknown> = {};
  for (const name of FILTER_LISTS) {
    if (given[name] !== undefined) filter[name] = listOf(given[name], `filter.${name}`);
  }
  if (given['props'] !== undefined) {
    const props = objectOf(given['props'], 'filter.props');
    filter['props'] = Object.fromEntries(
      Object.entries(props).map(([name, value]) => [name, listOf(value, `filter.props.${name}`)]),
    );
  }
  return filter;
}

/** Creates the error for an invalid property. An object or a list is not shown, because it may contain a secret. */
export function wrong(name: string, expected: string, value: unknown): TypeError {
  const isPlain = typeof value !== 'object' || value === null;
  const got = isPlain ? (JSON.stringify(value) ?? 'nothing') : kindOf(value);
  return new TypeError(`${name} must be ${expected}; got ${got}`);
}

export function objectOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${name} must be an object; got ${kindOf(value)}`);
  return value as Readonly<Record<string, unknown>>;
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * Reads a URL that is shown to people. Its key is separate and never shown.
 *
 * @throws TypeError if it is not an HTTP URL, or contains a user or a password.
 */
export function shownUrlOf(value: unknown, name: string, expected: string): string {
  if (typeof value !== 'string' || !URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw wrong(name, expected, value);
  }
  if (new URL(value).username !== '' || new URL(value).password !== '') {
    throw new TypeError(`${name} must not have a user or a password: it is shown, and apiKey is not`);
  }
  return value;
}

/**
 * Decides which key to use with a URL. A stored key is never sent to another host: for a new host, the key must be
 * given again.
 *
 * @returns the key that was given, otherwise the stored one if `url` and `oldUrl` have the same host.
 */
export function keyFor(
  given: unknown,
  name: string,
  url: string,
  old: { readonly key: string | undefined; readonly url: string | undefined },
): unknown {
  if (given !== undefined || old.key === undefined || old.url === undefined) return given;
  if (new URL(url).origin !== new URL(old.url).origin) {
    throw new TypeError(`${name} must be given again where url leads to another host`);
  }
  return old.key;
}

/** Throws for unknown property names, which are usually typing mistakes. */
export function refuseOthers(
  given: Readonly<Record<string, unknown>>,
  known: readonly string[],
  where: string,
): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      throw new TypeError(
        `${where} has no property ${JSON.stringify(name.slice(0, 64))}; did you mean ${closest(name.slice(0, 64), known)}? It may have ${known.join(', ')}`,
      );
    }
  }
}

export function oneOf<const T extends string>(value: unknown, known: readonly T[], name: string): T {
  const found = known.find((each) => each === value);
  if (found === undefined) throw wrong(name, `one of ${known.join(', ')}`, value);
  return found;
}

export function stringOf(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '' || value.length > 1024) {
    throw wrong(name, 'a string of 1 to 1024 characters', value);
  }
  return value;
}

export function booleanOf(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw wrong(name, 'true or false', value);
  return value;
}

export function countOf(value: unknown, name: string, least: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw wrong(name, `a whole number of at least ${least}`, value);
  }
  return value;
}

/** An exact decimal: a string such as "1.50", or a number that is written without an exponent. */
export function decimalOf(value: unknown, name: string): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !DECIMAL.test(text)) {
    throw wrong(name, 'a number of at least 0, such as 1.5 or "1.50"', value);
  }
  return text;
}

export function listOf(value: unknown, name: string): string[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length > MAX_LIST || list.some((each) => typeof each !== 'string' || each.length > 1024)) {
    throw wrong(name, `a list of at most ${MAX_LIST} strings`, value);
  }
  return list as string[];
}
