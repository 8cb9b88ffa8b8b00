import {
  COUNT,
  FLAG,
  NUMBER,
  object,
  TEXT,
  TEXT_OR_NULL,
  TEXTS,
  TIME,
  TIME_OR_NULL,
} from '../response/shapes.ts';
import type { Shape } from '../response/shapes.ts';
import { ALERT_MEASURES } from '../../alerts/measure.ts';
import { ALERT_SUBJECTS, FILTER_LISTS, SEVERITIES } from '../../alerts/rule.ts';
import { CHANNEL_TYPES } from '../../alerts/channels/channel.ts';

/** The shape of a body for the document only. A separate parser checks the body, with better error messages. */
export function bodyOf(properties: Shape): Shape {
  return { type: 'object', additionalProperties: false, properties };
}

/** Values by the name of a property. */
const LISTS: Shape = { type: 'object', additionalProperties: TEXTS };

const RULE_PROPERTIES: Shape = {
  id: TEXT,
  name: TEXT,
  enabled: FLAG,
  measure: { enum: [...ALERT_MEASURES] },
  of: {
    enum: [...ALERT_SUBJECTS],
    description: 'The project, or each user, group, … with a state of its own.',
  },
  filter: {
    type: 'object',
    additionalProperties: false,
    properties: { ...Object.fromEntries(FILTER_LISTS.map((name) => [name, TEXTS])), props: LISTS },
  },
  window: { ...TEXT, description: 'A rolling window of 5m to 31d; or day, week or month of the time zone.' },
  timeZone: TEXT,
  direction: { enum: ['above', 'below'] },
  thresholds: { type: 'array', items: object({ severity: { enum: [...SEVERITIES] }, value: TEXT }) },
  minimumCalls: COUNT,
  comparedToBefore: { ...FLAG, description: 'Thresholds are factors of the figure in the previous window.' },
  noData: { enum: ['zero', 'keep', 'alert'] },
  channels: TEXTS,
};

const RULE_OPTIONS: Shape = {
  renotifySeconds: COUNT,
  projected: {
    ...FLAG,
    description:
      'Compares the figure that the day, week or month will reach at its current pace. Default false.',
  },
};

export const RULE: Shape = object(RULE_PROPERTIES, RULE_OPTIONS);

export const RULE_BODY: Shape = bodyOf({ ...RULE_PROPERTIES, ...RULE_OPTIONS });

export const ALERT_STATE: Shape = object({
  rule: TEXT,
  of: TEXT,
  subject: TEXT,
  subjectName: { ...TEXT_OR_NULL, description: 'Name of the user.' },
  isActive: FLAG,
  severity: TEXT_OR_NULL,
  threshold: TEXT_OR_NULL,
  value: { ...TEXT, description: 'The figure of the last message, an exact decimal.' },
  since: TIME,
  lastTold: TIME_OR_NULL,
});

export const CHANNEL: Shape = object({
  id: TEXT,
  name: TEXT,
  type: { enum: [...CHANNEL_TYPES] },
  enabled: FLAG,
  host: { ...TEXT_OR_NULL, description: 'Host of the URL; the URL itself is secret.' },
  to: TEXTS,
  from: TEXT_OR_NULL,
  digest: { type: ['object', 'null'] },
  disabledReason: TEXT_OR_NULL,
  signingSecrets: { ...COUNT, description: 'Number of current signing secrets.' },
});

export const CHANNEL_BODY: Shape = bodyOf({
  type: { enum: [...CHANNEL_TYPES] },
  name: TEXT,
  enabled: FLAG,
  url: { ...TEXT, description: 'Webhook, Slack, Discord, Teams. Never shown again.' },
  secret: { ...TEXT, description: 'whsec_…; generated if omitted. Never shown again.' },
  routingKey: { ...TEXT, description: 'PagerDuty. Never shown again.' },
  smtp: { ...TEXT, description: 'smtp://user:password@host:587 or smtps://. Never shown again.' },
  from: TEXT,
  to: TEXTS,
  digest: { type: ['object', 'null'], description: '{ "at": "09:00", "timeZone": "Europe/Berlin" }' },
});

export const SILENCE: Shape = object({
  id: TEXT,
  rule: TEXT_OR_NULL,
  user: TEXT_OR_NULL,
  group: TEXT_OR_NULL,
  from: TIME,
  until: TIME_OR_NULL,
  comment: TEXT,
});

export const DELIVERY: Shape = object({
  id: TEXT,
  channel: {
    ...TEXT_OR_NULL,
    description: '`null` for an alert without a channel.',
  },
  rule: TEXT_OR_NULL,
  subject: TEXT_OR_NULL,
  state: { enum: ['pending', 'delivered', 'failed', 'dropped', 'merged'] },
  at: TIME,
  nextAttempt: TIME_OR_NULL,
  attempts: COUNT,
  type: TEXT,
  title: TEXT,
  answer: { type: ['object', 'null'], description: '{ status, text, at } of the last attempt.' },
});

const PROJECTED: Shape = {
  ...FLAG,
  description:
    'Also sends a message when the amount is expected to be used up before the period ends. Default false.',
};

export const BUDGET: Shape = object(
  {
    id: TEXT,
    name: TEXT,
    usd: { ...TEXT, description: 'Exact decimal of US dollars.' },
    period: { enum: ['day', 'week', 'month'] },
    timeZone: TEXT,
    thresholds: { type: 'array', items: COUNT },
    channels: TEXTS,
  },
  { user: TEXT, group: TEXT, of: { enum: ['user', 'group'] }, props: LISTS, projected: PROJECTED },
);

export const BUDGET_BODY: Shape = bodyOf({
  id: { ...TEXT, description: 'Derived from the target if omitted.' },
  user: { ...TEXT, description: 'One user; or' },
  group: { ...TEXT, description: 'one group; or' },
  of: { enum: ['user', 'group'], description: 'each user or each group; or' },
  props: { ...LISTS, description: 'each user with these properties, such as { "plan": ["pro"] }.' },
  usd: { type: ['string', 'number'] },
  period: { enum: ['day', 'week', 'month'] },
  timeZone: TEXT,
  thresholds: { type: 'array', items: COUNT, description: 'Percent; default 50, 80, 100.' },
  channels: TEXTS,
  projected: PROJECTED,
});

const BUDGET_STATUS_PROPERTIES: Shape = {
  budget: TEXT,
  name: TEXT,
  of: { enum: ['user', 'group'] },
  id: TEXT,
  usd: TEXT,
  spent: TEXT,
  unpricedCalls: {
    ...COUNT,
    description: 'Calls of the period without a price. If there are any, `spent` is a lower bound.',
  },
  left: { ...TEXT, description: 'Negative if the budget is exceeded.' },
  percent: NUMBER,
  isExceeded: FLAG,
  period: TEXT,
  timeZone: TEXT,
  from: TIME,
  to: TIME,
  exhaustedAt: {
    ...TIME_OR_NULL,
    description: 'When the budget will be used up at the current pace; null if not in this period.',
  },
};

const BUDGET_STATUS: Shape = object(BUDGET_STATUS_PROPERTIES);

export const NAMED_BUDGET_STATUS: Shape = object({
  ...BUDGET_STATUS_PROPERTIES,
  subjectName: { ...TEXT_OR_NULL, description: 'Name of the user.' },
});

export const BUDGET_STANDING: Shape = object({
  budget: TEXT,
  spenders: { ...COUNT, description: 'Users or groups with any spend in the period.' },
  exceeded: { ...COUNT, description: 'Number of those that have used up the budget.' },
  spent: { ...TEXT, description: 'Total spend, an exact decimal of US dollars.' },
  unpricedCalls: { ...COUNT, description: 'Calls without a price, which `spent` excludes.' },
  data: { type: 'array', items: NAMED_BUDGET_STATUS },
});

export const STANDING: Shape = object({
  allowed: { ...FLAG, description: 'true if no budget is used up.' },
  left: {
    ...TEXT_OR_NULL,
    description: 'US dollars left of the budget with the least left; null without a budget.',
  },
  budgets: { type: 'array', items: BUDGET_STATUS },
});
