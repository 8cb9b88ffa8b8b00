import { expect, test } from 'vitest';

import type { AlertEvent } from './alert-event.ts';
import { messageOf } from './message.ts';
import { parseRule } from './rule.ts';

const RULE = {
  name: 'Spend',
  measure: 'cost',
  window: 'day',
  thresholds: [{ severity: 'warning', value: '1' }],
};

function eventOf(rule: object, subject: string): AlertEvent {
  return {
    project: 'default',
    rule: parseRule({ ...RULE, ...rule }, 'spend'),
    subject,
    subjectName: null,
    group: null,
    kind: 'fired',
    severity: 'warning',
    threshold: '1',
    crossed: ['1'],
    isWithoutData: false,
    value: '1.25',
    valueBefore: null,
    span: { fromMs: 0, toMs: 86_400_000 },
    atMs: 1000,
    id: '1',
  };
}

test.each([
  [{ of: 'project' }, '', '/', {}],
  [{ of: 'user' }, '..', '/user', { id: '..' }],
  [{ of: 'user', measure: 'errors' }, 'u&1', '/user', { id: 'u&1', only: 'errors' }],
  [{ of: 'user', measure: 'unpriced' }, 'u', '/user', { id: 'u', only: 'unpriced' }],
  // A user's page has no other users, so filters on users are left out.
  [
    { of: 'user', filter: { model: ['gpt-4o'], group: ['acme'], props: { plan: ['pro'] } } },
    'u',
    '/user',
    { id: 'u', model: 'gpt-4o' },
  ],
  [{ of: 'group' }, 'acme', '/', { group: 'acme' }],
  [{ of: 'model', filter: { operation: ['chat'] } }, 'gpt-4o', '/', { model: 'gpt-4o', operation: 'chat' }],
  [{ of: 'service' }, 'api', '/', { service: 'api' }],
  [{ of: 'tag' }, 'summary', '/', { tag: 'summary' }],
  [
    { of: 'project', filter: { provider: ['openai'], group: ['acme'], props: { plan: ['pro'] } } },
    '',
    '/',
    { provider: 'openai', group: 'acme', 'prop.plan': 'pro' },
  ],
])('the link in a message of %j about %j opens the same figures', (rule, subject, path, search) => {
  const link = new URL(messageOf(eventOf(rule, subject), 'https://userspan.example.com/').link ?? '');
  expect(link.pathname).toBe(path);
  expect(Object.fromEntries(link.searchParams)).toEqual({
    from: '1970-01-01T00:00:00.000Z',
    to: '1970-01-02T00:00:00.000Z',
    ...search,
  });
});

test.each([
  ['cost', '1234.5', '1000', 'cost $1,234.5 today, at or above $1,000'],
  ['cost', '999.9999999', '999', 'cost $999.999999 today, at or above $999'],
  ['tokens', '12345678', '1000000', 'tokens 12,345,678 tokens today, at or above 1,000,000 tokens'],
  ['latencyP95', '1234567.891', '2000', '1,234,567.891 ms today, at or above 2,000 ms'],
  ['calls', '0.5', '1', 'number of calls 0.5 calls today, at or above 1 calls'],
])('figures of people have commas: %s %s', (measure, value, threshold, words) => {
  const event = eventOf({ of: 'project', measure }, '');
  const message = messageOf({ ...event, value, threshold }, undefined);
  expect(message.title).toContain(words);
  expect(message.data).toMatchObject({ value, threshold });
});
