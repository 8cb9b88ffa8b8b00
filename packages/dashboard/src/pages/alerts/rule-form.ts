import type { AlertRule, Severity } from '../../api/spend/alerts.ts';
import { readFilters, valuesOf } from '../../url/filters.ts';
import { filterLines, propertyLabel, readFilterLines } from './rule-text.ts';

/** The state of the form for a rule, with the texts as typed. */
export interface RuleForm extends Omit<
  AlertRule,
  'id' | 'filter' | 'thresholds' | 'minimumCalls' | 'renotifySeconds'
> {
  readonly id: string | undefined;
  readonly filter: string;
  readonly thresholds: readonly { readonly severity: Severity; readonly value: string }[];
  readonly minimumCalls: string;
  readonly renotifyHours: string;
}

const secondsAnHour = 3600;

/** Creates a new rule with the filters of a page. */
export function newRule(search: Readonly<Record<string, unknown>>, channels: readonly string[]): RuleForm {
  const lines = Object.entries(readFilters(search)).flatMap(([name, value]) =>
    valuesOf(value).map(
      (text) => `${name.startsWith('prop.') ? propertyLabel(name.slice(5)) : name}=${text}`,
    ),
  );
  const user = valuesOf(search['user']);
  return {
    id: undefined,
    name: '',
    enabled: true,
    measure: 'cost',
    of: 'user',
    filter: [...user.map((id) => `user=${id}`), ...lines].join('\n'),
    window: 'day',
    timeZone: 'UTC',
    direction: 'above',
    thresholds: [{ severity: 'critical', value: '' }],
    minimumCalls: '0',
    comparedToBefore: false,
    renotifyHours: '',
    noData: 'zero',
    channels,
  };
}

export function formOf(rule: AlertRule): RuleForm {
  const { renotifySeconds, ...rest } = rule;
  return {
    ...rest,
    filter: filterLines(rule.filter).join('\n'),
    minimumCalls: String(rule.minimumCalls),
    renotifyHours: renotifySeconds === undefined ? '' : String(renotifySeconds / secondsAnHour),
  };
}

/**
 * Whether the figure can be projected to the end of the window, which requires a sum, a fixed upper limit, and a day,
 * week or month as window.
 */
export function mayProject({
  measure,
  window,
  direction,
  comparedToBefore,
}: Pick<RuleForm, 'measure' | 'window' | 'direction' | 'comparedToBefore'>): boolean {
  const isSum = !['errorRate', 'latencyP95', 'coverage'].includes(measure);
  return isSum && ['day', 'week', 'month'].includes(window) && direction === 'above' && !comparedToBefore;
}

/** Creates the rule from the form, without thresholds that have no value. The collector validates it. */
export function ruleOf(form: RuleForm): Omit<AlertRule, 'id'> & { readonly id?: string } {
  const { id, filter, thresholds, minimumCalls, renotifyHours, name, projected, ...rest } = form;
  const hours = Number(renotifyHours);
  return {
    ...rest,
    ...(id === undefined ? {} : { id }),
    ...(projected === true && mayProject(form) ? { projected } : {}),
    name: name.trim() === '' ? nameOf(form) : name.trim(),
    filter: readFilterLines(filter),
    thresholds: thresholds
      .filter(({ value }) => value.trim() !== '')
      .map(({ severity, value }) => ({ severity, value: value.trim() })),
    minimumCalls: Number(minimumCalls),
    ...(renotifyHours.trim() === '' ? {} : { renotifySeconds: Math.round(hours * secondsAnHour) }),
  };
}

/** The default name of a rule. */
export function nameOf({ measure, of, window }: Pick<RuleForm, 'measure' | 'of' | 'window'>): string {
  const who = of === 'project' ? 'the project' : `any ${of}`;
  return `${measure === 'latencyP95' ? 'latency' : measure} of ${who}, ${window}`;
}
