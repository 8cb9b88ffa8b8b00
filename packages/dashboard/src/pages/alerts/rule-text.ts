import type { AlertRule, Measure, RuleFilter } from '../../api/spend/alerts.ts';
import { formatCount } from '../../format/count.ts';
import { nameInText } from '../../format/direction-marks.ts';
import { formatMoney } from '../../format/money.ts';
import { filterNames } from '../../url/filters.ts';

/** The label of each measure and the unit of its thresholds. */
export const measureTexts: Readonly<Record<Measure, { readonly label: string; readonly unit: string }>> = {
  cost: { label: 'Cost', unit: 'US dollars' },
  calls: { label: 'Calls', unit: 'calls' },
  tokens: { label: 'Tokens', unit: 'tokens' },
  errors: { label: 'Errors', unit: 'failed calls' },
  errorRate: { label: 'Error rate', unit: 'share from 0 to 1: 0.05 is 5%' },
  latencyP95: { label: 'Latency p95', unit: 'milliseconds' },
  unpriced: { label: 'Unpriced calls', unit: 'calls' },
  coverage: { label: 'Coverage', unit: 'share from 0 to 1: 0.9 is 90%' },
};

const windows: Readonly<Record<string, string>> = { day: 'a day', week: 'a week', month: 'a month' };

/** Formats a figure of a measure. */
export function figureText(measure: Measure, value: string): string {
  switch (measure) {
    case 'cost':
      return formatMoney(value);
    case 'errorRate':
    case 'coverage':
      return `${Math.round(Number(value) * 10_000) / 100}%`;
    case 'latencyP95':
      return `${formatCount(Math.round(Number(value)))} ms`;
    default:
      return formatCount(Number(value));
  }
}

/** Describes a rule: `Cost of each user a day at or above $1`. */
export function ruleText(rule: AlertRule): string {
  const { measure, of, window, timeZone, direction, thresholds, comparedToBefore, filter } = rule;
  const { label } = measureTexts[measure];
  const levels = thresholds.map(({ severity, value }) => {
    const level = comparedToBefore ? `${value} times the previous window` : figureText(measure, value);
    return `${level} (${severity})`;
  });
  const period = windows[window] ?? `in ${window}`;
  const zone = windows[window] === undefined || timeZone === 'UTC' ? '' : ` (${timeZone})`;
  return [
    rule.projected === true ? `Projected ${label[0]?.toLowerCase()}${label.slice(1)}` : label,
    of === 'project' ? 'of the project' : `of each ${of}`,
    `${period}${zone}`,
    direction === 'above' ? 'at or above' : 'below',
    levels.join(', '),
    ...filterLines(filter).map(
      (line, at) => `${at === 0 ? 'where' : 'and'} ${nameInText(line.replace('=', ' is '))}`,
    ),
  ].join(' ');
}

/** Fields of a rule's filter that are not properties of users. */
const listNames: readonly string[] = [...filterNames, 'user'];

/** Writes a filter as lines such as `model=gpt-5` or `plan=pro`. `prop.model=x` means the user property `model`. */
export function filterLines({ props = {}, ...lists }: RuleFilter): readonly string[] {
  const named = Object.entries(props).map(([name, values]) => [propertyLabel(name), values] as const);
  return [...Object.entries(lists), ...named].flatMap(([name, values]) =>
    (values ?? []).map((value) => `${name}=${value}`),
  );
}

/** Returns the name of a property, with `prop.` if a field of calls has the same name. */
export function propertyLabel(name: string): string {
  return listNames.includes(name) || name.startsWith('prop.') ? `prop.${name}` : name;
}

/** Parses {@link filterLines}. A name that is not a field of calls or users is a property of users. */
export function readFilterLines(text: string): RuleFilter {
  const lists = new Map<string, string[]>();
  const props = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at < 1) continue;
    const name = line.slice(0, at).trim();
    const value = line.slice(at + 1).trim();
    const target = listNames.includes(name) ? lists : props;
    const key = name.startsWith('prop.') ? name.slice(5) : name;
    target.set(key, [...(target.get(key) ?? []), value]);
  }
  return {
    ...Object.fromEntries(lists),
    ...(props.size === 0 ? {} : { props: Object.fromEntries(props) }),
  };
}

/** Returns the first line that {@link readFilterLines} cannot parse. */
export function badFilterLine(text: string): string | undefined {
  return text.split('\n').find((line) => line.trim() !== '' && !/^\s*[^=\s][^=]*=\s*\S/u.test(line));
}
