import { expect, test } from 'vitest';
import { ruleText } from '../pages/alerts/rule-text.ts';
import { nameInText } from './direction-marks.ts';

test.each([
  ['Acme', 'Acme'],
  ['Álvarez 😀', 'Álvarez 😀'],
  ['evil\u202E', 'evil\\u202e'],
  ['\u2066a\u2069\u200F', '\\u2066a\\u2069\\u200f'],
  ['שלום', '\u2068שלום\u2069'],
  ['\u202Eمرحبا\u2069', '\u2068\\u202eمرحبا\\u2069\u2069'],
])('the name %j is %j in a sentence', (name, shown) => {
  expect(nameInText(name)).toBe(shown);
});

test('the filter of a rule does not turn the words after it', () => {
  const text = ruleText({
    measure: 'cost',
    of: 'user',
    window: 'day',
    timeZone: 'UTC',
    direction: 'above',
    thresholds: [{ severity: 'warning', value: '1' }],
    comparedToBefore: false,
    filter: { model: ['gpt\u202E5'], props: { plan: ['מקצועי'] } },
  } as never);
  expect(text).toBe(
    'Cost of each user a day at or above $1.00 (warning) where model is gpt\\u202e5 and \u2068plan is מקצועי\u2069',
  );
});
