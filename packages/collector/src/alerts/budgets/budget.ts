import { fromUnits, toUnits } from '@userspan/ledger';

import { parseFilter } from '../rule.ts';
import type { AlertRule, RuleFilter } from '../rule.ts';
import {
  booleanOf,
  countOf,
  decimalOf,
  listOf,
  objectOf,
  oneOf,
  refuseOthers,
  stringOf,
  wrong,
} from '../rule.ts';
import { parseWindow } from '../window.ts';
import type { CalendarUnit } from '../window.ts';

/** An amount of US dollars that a user, a group, or each of many may spend in a day, week or month. */
export interface Budget {
  readonly id: string;
  readonly name: string;
  /**
   * Whether the budget applies to users or groups: to the one that the filter names, or to each that matches the
   * filter.
   */
  readonly of: 'user' | 'group';
  readonly filter: Pick<RuleFilter, 'user' | 'group' | 'props'>;
  /** Exact decimal. */
  readonly usd: string;
  readonly period: CalendarUnit;
  readonly timeZone: string;
  /** Shares of the amount, in percent, at which channels get a message. */
  readonly thresholds: readonly number[];
  readonly channels: readonly string[];
  /** Whether channels also get a message when the amount is projected to be used up before the period ends. */
  readonly projected?: boolean;
}

const KNOWN = [
  'id',
  'name',
  'user',
  'group',
  'of',
  'props',
  'usd',
  'period',
  'timeZone',
  'thresholds',
  'channels',
  'projected',
] as const;
const THRESHOLDS = [50, 80, 100];
const MAX_PERCENT = 1000;

/**
 * Reads a budget: `user` or `group` for one, `of` for each, `props` for each user with these properties.
 *
 * @throws TypeError that names the property.
 */
export function parseBudget(input: unknown, id: string): Budget {
  const given = objectOf(input, 'the budget');
  refuseOthers(given, KNOWN, 'the budget');
  if (!/^[\w.-]{1,100}$/.test(id)) throw wrong('id', 'up to 100 letters, digits, _, . or -', id);
  const targets = (['user', 'group', 'of', 'props'] as const).filter((name) => given[name] !== undefined);
  const isPropsOfUsers = targets.length === 2 && targets.includes('of') && targets.includes('props');
  if (targets.length !== 1 && !isPropsOfUsers) {
    throw new TypeError(
      'a budget needs exactly one of "user" or "group" (one id), "of": "user" or "group" (each of them), or "props" (each user with these properties)',
    );
  }
  const of =
    given['group'] !== undefined ? 'group' : oneOf(given['of'] ?? 'user', ['user', 'group'] as const, 'of');
  if (of === 'group' && given['props'] !== undefined)
    throw new TypeError('props are of users: "of" must be user');
  const period = oneOf(given['period'] ?? 'month', ['day', 'week', 'month'] as const, 'period');
  const timeZone = given['timeZone'] === undefined ? 'UTC' : stringOf(given['timeZone'], 'timeZone');
  parseWindow(period, timeZone);
  const usd = decimalOf(given['usd'], 'usd');
  if (toUnits(usd) <= 0n) throw wrong('usd', 'an amount above 0', given['usd']);
  const thresholds = given['thresholds'] ?? THRESHOLDS;
  if (!Array.isArray(thresholds) || thresholds.length === 0 || thresholds.length > 10) {
    throw wrong('thresholds', 'a list of 1 to 10 percentages such as [50, 80, 100]', thresholds);
  }
  const filter = parseFilter({
    ...(given['user'] === undefined ? {} : { user: [stringOf(given['user'], 'user')] }),
    ...(given['group'] === undefined ? {} : { group: [stringOf(given['group'], 'group')] }),
    ...(given['props'] === undefined ? {} : { props: given['props'] }),
  });
  return {
    id,
    name: given['name'] === undefined ? describe({ of, filter }) : stringOf(given['name'], 'name'),
    of,
    filter,
    usd,
    period,
    timeZone,
    thresholds: thresholds
      .map((percent: unknown) => {
        const count = countOf(percent, 'a threshold', 1);
        if (count > MAX_PERCENT) throw wrong('a threshold', `a percentage up to ${MAX_PERCENT}`, percent);
        return count;
      })
      .sort((a, b) => a - b),
    channels: listOf(given['channels'] ?? [], 'channels'),
    ...(booleanOf(given['projected'] ?? false, 'projected') ? { projected: true } : {}),
  };
}

/** The name of a budget that was given none: `Budget of each user with plan pro`. */
function describe({ of, filter }: Pick<Budget, 'of' | 'filter'>): string {
  const one = filter[of]?.[0];
  const props = Object.entries(filter.props ?? {}).map(([name, values]) => `${name} ${values.join(' or ')}`);
  const owner = one === undefined ? `each ${of}` : `${of} ${one}`;
  return `Budget of ${owner}${props.length === 0 ? '' : ` with ${props.join(' and ')}`}`;
}

/** The alert rules of a budget: one for its thresholds and, if `projected` is set, one for the projection. */
export function rulesOfBudget(budget: Budget): readonly AlertRule[] {
  const rule = ruleOfThresholds(budget);
  return budget.projected === true
    ? [
        rule,
        {
          ...rule,
          id: `${rule.id}:projected`,
          projected: true,
          thresholds: [{ severity: 'warning', value: budget.usd }],
        },
      ]
    : [rule];
}

function ruleOfThresholds(budget: Budget): AlertRule {
  const units = toUnits(budget.usd);
  return {
    id: `budget:${budget.id}`,
    budgetId: budget.id,
    name: budget.name,
    enabled: true,
    measure: 'cost',
    of: budget.of,
    filter: budget.filter,
    window: budget.period,
    timeZone: budget.timeZone,
    direction: 'above',
    thresholds: budget.thresholds.map((percent) => ({
      severity: percent >= 100 ? 'critical' : 'warning',
      value: fromUnits((units * BigInt(percent)) / 100n),
    })),
    minimumCalls: 0,
    comparedToBefore: false,
    noData: 'zero',
    channels: budget.channels,
  };
}

/** How a budget is written in requests and files. */
export function showBudget(budget: Budget): Readonly<Record<string, unknown>> {
  const { user, group, props } = budget.filter;
  const { id, name, usd, period, timeZone, thresholds, channels, projected } = budget;
  return {
    id,
    name,
    ...(user !== undefined
      ? { user: user[0] }
      : group !== undefined
        ? { group: group[0] }
        : { of: budget.of, ...(props === undefined ? {} : { props }) }),
    usd,
    period,
    timeZone,
    thresholds,
    channels,
    ...(projected === true ? { projected } : {}),
  };
}
