import { expect, test } from 'vitest';
import type { AlertRule } from '../../api/spend/alerts.ts';
import { formOf, newRule, ruleOf } from './rule-form.ts';
import { badFilterLine, figureText, filterLines, readFilterLines, ruleText } from './rule-text.ts';

const rule: AlertRule = {
  id: 'r',
  name: 'Any user',
  enabled: true,
  measure: 'cost',
  of: 'user',
  filter: { model: ['gpt-5', 'a=b'], props: { plan: ['pro'] } },
  window: 'day',
  timeZone: 'Europe/Berlin',
  direction: 'above',
  thresholds: [
    { severity: 'warning', value: '0.5' },
    { severity: 'critical', value: '1.000000000000000001' },
  ],
  minimumCalls: 3,
  comparedToBefore: false,
  renotifySeconds: 5400,
  noData: 'zero',
  channels: ['ops'],
};

test('converts a rule to form values and back without changing a digit', () => {
  expect(ruleOf(formOf(rule))).toEqual(rule);
});

test.each([
  ['cost of a calendar day', {}, true],
  ['a rate', { measure: 'errorRate' }, undefined],
  ['a rolling window', { window: '1h' }, undefined],
  ['below', { direction: 'below' }, undefined],
  ['compared with the previous window', { comparedToBefore: true }, undefined],
] as const)('decides whether a rule can have a projection: %s', (_, change, projected) => {
  expect(ruleOf({ ...formOf({ ...rule, projected: true }), ...change }).projected).toBe(projected);
});

test('describes a rule in words', () => {
  expect(ruleText(rule)).toBe(
    'Cost of each user a day (Europe/Berlin) at or above $0.50 (warning), $1.00 (critical) where model is gpt-5 and model is a=b and plan is pro',
  );
  expect(ruleText({ ...rule, window: '5m', comparedToBefore: true, filter: {}, of: 'project' })).toBe(
    'Cost of the project in 5m at or above 0.5 times the previous window (warning), 1.000000000000000001 times the previous window (critical)',
  );
});

test.each([
  ['cost', '0.0000012', '$0.0000012'],
  ['errorRate', '0.0525', '5.25%'],
  ['coverage', '1', '100%'],
  ['latencyP95', '1234.56', '1,235 ms'],
  ['tokens', '12345', '12,345'],
] as const)('%s %s is %s', (measure, value, text) => {
  expect(figureText(measure, value)).toBe(text);
});

test('creates a rule with the filter of the page', () => {
  const form = newRule({ model: ['a', 'b'], 'prop.plan': 'pro', user: 'u 1', q: 'no', range: '7d' }, ['ops']);
  expect(readFilterLines(form.filter)).toEqual({
    user: ['u 1'],
    model: ['a', 'b'],
    props: { plan: ['pro'] },
  });
  expect(ruleOf({ ...form, thresholds: [{ severity: 'warning', value: ' 2 ' }] })).toMatchObject({
    name: 'cost of any user, day',
    thresholds: [{ severity: 'warning', value: '2' }],
    channels: ['ops'],
  });
});

test('converts filters to lines and back', () => {
  const filter = { tag: ['x y'], group: ['acme'], props: { 'a.b': ['c=d'], model: ['m'], 'prop.x': ['y'] } };
  expect(readFilterLines(filterLines(filter).join('\n'))).toEqual(filter);
  expect(badFilterLine('model=a\nplan')).toBe('plan');
  expect(badFilterLine('model=\nx=1')).toBe('model=');
  expect(badFilterLine('model=a\n\nx = 1')).toBeUndefined();
});
