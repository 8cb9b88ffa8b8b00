import { expect, test } from 'vitest';

import { parseRule } from './rule.ts';

const ANY_USER = { measure: 'cost', of: 'user', window: 'day', thresholds: [{ value: '1' }] };

test.each([
  ['no measure', {}, /measure must be one of cost, /],
  ['window', { ...ANY_USER, window: '4m' }, /window must be a length from 5m to 31d.*"4m"/],
  ['zone', { ...ANY_USER, timeZone: 'Mars' }, /timeZone .*"Mars"/],
  ['a misspelled field', { ...ANY_USER, treshold: 1 }, /no property "treshold"/],
  ['negative', { ...ANY_USER, thresholds: [{ value: -1 }] }, /value must be a number/],
])('rejects an invalid rule: %s', (_, body, message) => {
  expect(() => parseRule(body, 'rule')).toThrow(message);
});
