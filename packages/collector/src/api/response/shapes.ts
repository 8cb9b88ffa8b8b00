import 'fastify';

import { COUNT_FIGURE_NAMES, FIGURE_DESCRIPTIONS } from '../../storage/read/usage/figures.ts';

/** A JSON Schema for routes and the OpenAPI document. */
export type Shape = Readonly<Record<string, unknown>>;

const TEXT: Shape = { type: 'string' };
const TEXT_OR_NULL: Shape = { type: ['string', 'null'] };
const COUNT: Shape = { type: 'integer' };
const NUMBER_OR_NULL: Shape = { type: ['number', 'null'] };
const TIME_OR_NULL: Shape = { type: ['string', 'null'], format: 'date-time' };
const TEXTS: Shape = { type: 'array', items: TEXT };

function countFigure(name: string): Shape {
  const description = FIGURE_DESCRIPTIONS[name];
  return description === undefined ? COUNT : { ...COUNT, description };
}

/** The schema of an object whose properties are all required, except those in `optional`. */
export function object(properties: Shape, optional: Shape = {}): Shape {
  return {
    type: 'object',
    properties: { ...properties, ...optional },
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

export const RANGE: Shape = object({ from: TIME_OR_NULL, to: TIME_OR_NULL });

export const FIGURE_PROPERTIES: Shape = {
  calls: COUNT,
  pricedCalls: COUNT,
  unpricedCalls: COUNT,
  errors: COUNT,
  ...Object.fromEntries(COUNT_FIGURE_NAMES.map((name) => [name, countFigure(name)])),
  cost: {
    ...NUMBER_OR_NULL,
    description: 'US dollars; null if some calls have no price and the others cost nothing.',
  },
  costExact: { ...TEXT_OR_NULL, description: 'The same as an exact decimal.' },
  averageCost: { ...NUMBER_OR_NULL, description: 'Average per call with a price.' },
  claimedCalls: {
    ...COUNT,
    description:
      'Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`).',
  },
  claimedInputTokens: COUNT,
  claimedOutputTokens: COUNT,
  claimedCost: { ...NUMBER_OR_NULL, description: 'US dollars of the claimed calls.' },
  claimedCostExact: { ...TEXT_OR_NULL, description: 'The same as an exact decimal.' },
  latencyMs: { ...NUMBER_OR_NULL, description: 'Average.' },
};

/** Figures that are computed from the calls. */
export const FACT_PROPERTIES: Shape = {
  p50Ms: {
    ...NUMBER_OR_NULL,
    description: 'Exact median of the latency.',
  },
  p95Ms: NUMBER_OR_NULL,
  p99Ms: NUMBER_OR_NULL,
  firstChunkCalls: { ...COUNT, description: 'Calls that report the time to their first chunk.' },
  firstChunkP50Ms: NUMBER_OR_NULL,
  firstChunkP95Ms: NUMBER_OR_NULL,
  firstChunkP99Ms: NUMBER_OR_NULL,
  threads: { ...COUNT, description: 'Conversations with a call in the range.' },
  costPerThread: { ...NUMBER_OR_NULL, description: 'Cost of the calls that belong to a conversation.' },
};

export const FIGURES: Shape = object(FIGURE_PROPERTIES);

const PROFILE_PROPERTIES: Shape = {
  id: TEXT,
  name: TEXT_OR_NULL,
  email: TEXT_OR_NULL,
  avatar: TEXT_OR_NULL,
  group: TEXT_OR_NULL,
  props: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
  claimed: { type: 'boolean', description: 'Only browsers have sent this id.' },
  firstSeen: TIME_OR_NULL,
  lastSeen: TIME_OR_NULL,
};

const TREND: Shape = {
  type: 'array',
  items: object({
    day: { type: 'string', format: 'date' },
    calls: COUNT,
    tokens: COUNT,
    cost: NUMBER_OR_NULL,
    claimedCalls: { ...COUNT, description: 'As `claimedCalls` of the user.' },
    claimedTokens: COUNT,
    claimedCost: { ...NUMBER_OR_NULL, description: 'US dollars of the claimed calls.' },
  }),
};

export const USER_PROPERTIES: Shape = {
  ...PROFILE_PROPERTIES,
  aliases: TEXTS,
  ...FIGURE_PROPERTIES,
  threads: COUNT,
};

const PERCENTILES: Shape = object({
  calls: COUNT,
  p50Ms: NUMBER_OR_NULL,
  p95Ms: NUMBER_OR_NULL,
  p99Ms: NUMBER_OR_NULL,
});

/** Figures of the range before. */
export const BEFORE_PROPERTIES: Shape = {
  costBefore: { ...NUMBER_OR_NULL, description: 'Figure of the previous range; null if there is none.' },
  callsBefore: { type: ['integer', 'null'] },
  claimedCostBefore: { ...NUMBER_OR_NULL, description: 'Figure of the claimed calls in the previous range.' },
  claimedCallsBefore: { type: ['integer', 'null'] },
};

export const USER_OPTIONAL: Shape = {
  medianCost: NUMBER_OR_NULL,
  trend: TREND,
  ...BEFORE_PROPERTIES,
  latency: PERCENTILES,
  firstChunk: { ...PERCENTILES, description: 'Time to the first chunk, for calls that report it.' },
};

export const USER: Shape = object(USER_PROPERTIES, USER_OPTIONAL);

/** A page of a list. */
export function listOf(item: Shape, beside: Shape = {}): Shape {
  return object({ data: { type: 'array', items: item }, nextCursor: TEXT_OR_NULL, ...beside });
}

/** Sums of money. */
export const MONEY: Shape = { ...TEXT, description: 'Exact decimal of US dollars.' };
export const UNPRICED_CALLS: Shape = {
  ...COUNT,
  description: 'Calls without a price, which the cost excludes.',
};
export const CLAIMED_MONEY: Shape = {
  ...TEXT,
  description:
    'The same for claimed calls: in addition (`--claimed separate`), included (`count`), or 0 (`ignore`).',
};

/** The position of a user or thread in a list, beside its neighbors. */
export const NEIGHBOR_PLACE: Shape = {
  position: { type: ['integer', 'null'], description: 'From 1; null if the list does not contain it.' },
  total: { type: ['integer', 'null'], description: 'Length of the list; null without a position.' },
};
/** The answer about a user or thread that is not in the list. */
export const NO_PLACE = { previous: null, next: null, position: null, total: null } as const;

export { COUNT, NUMBER_OR_NULL, TEXT, TEXT_OR_NULL, TEXTS, TIME_OR_NULL };

declare module 'fastify' {
  /** Fields for the OpenAPI document besides shapes. */
  interface FastifySchema {
    readonly operationId?: string;
    readonly summary?: string;
    readonly description?: string;
    /** The shape of a body that the handler itself checks. */
    readonly requestBody?: Shape;
  }
}

const OBJECT: Shape = { type: 'object', additionalProperties: true };
const FLAG: Shape = { type: 'boolean' };
const TIME: Shape = { type: 'string', format: 'date-time' };
const NUMBER: Shape = { type: 'number' };

export const CALL_PROPERTIES: Shape = {
  traceId: TEXT,
  spanId: TEXT,
  parentSpanId: TEXT_OR_NULL,
  userId: TEXT_OR_NULL,
  userClaimed: { ...FLAG, description: 'Only a browser names the user.' },
  attributedBy: {
    enum: ['own', 'ancestor', 'resource', 'trace', null],
    description: 'The rule by which the user was found.',
  },
  at: TIME,
  misdated: {
    enum: ['future', 'past', null],
    description:
      'Set if the sender’s clock was wrong: `at` is later than the receipt of the call, or before 2015.',
  },
  durationMs: NUMBER,
  provider: TEXT_OR_NULL,
  model: TEXT_OR_NULL,
  requestModel: TEXT_OR_NULL,
  operation: TEXT_OR_NULL,
  service: TEXT_OR_NULL,
  scope: TEXT_OR_NULL,
  name: TEXT_OR_NULL,
  threadId: TEXT_OR_NULL,
  tags: TEXTS,
  responseId: TEXT_OR_NULL,
  usage: OBJECT,
  inputTokens: COUNT,
  outputTokens: COUNT,
  cachedTokens: COUNT,
  reasoningTokens: COUNT,
  cost: NUMBER_OR_NULL,
  costExact: TEXT_OR_NULL,
  costAtCall: {
    ...TEXT_OR_NULL,
    description: 'Exact cost at the time of receipt; differs from costExact after a repricing.',
  },
  costSource: { enum: ['list', 'custom', 'provider', 'computed', 'unbilled', null] },
  costAsOf: TEXT_OR_NULL,
  unpriced: { ...TEXT_OR_NULL, description: 'Why there is no cost.' },
  error: TEXT_OR_NULL,
  estimated: FLAG,
};

export const CALL: Shape = object(CALL_PROPERTIES);

export const SPAN_PROPERTIES: Shape = {
  traceId: TEXT,
  spanId: TEXT,
  parentSpanId: TEXT_OR_NULL,
  name: TEXT,
  kind: { ...COUNT, description: 'As in OTLP.' },
  kindOfSpan: { enum: ['call', 'run', 'other'] },
  operation: TEXT_OR_NULL,
  service: TEXT_OR_NULL,
  scope: TEXT_OR_NULL,
  at: TIME,
  endAt: TIME,
  offsetMs: { ...NUMBER, description: 'Time since the start of the trace’s first span.' },
  durationMs: NUMBER,
  status: object({ code: COUNT, message: TEXT_OR_NULL }),
  userId: TEXT_OR_NULL,
  cost: NUMBER_OR_NULL,
  attributes: OBJECT,
  events: { type: 'array' },
};

export const SPAN: Shape = object(SPAN_PROPERTIES);

export const SERIES: Shape = object(
  {
    bucket: { enum: ['hour', 'day', 'week', 'month'] },
    tz: TEXT,
    by: TEXT_OR_NULL,
    range: RANGE,
    data: {
      type: 'array',
      items: object(
        {
          at: TIME,
          key: {
            ...TEXT_OR_NULL,
            description: 'Value of `by`; null for calls without a value, such as no tag or no user.',
          },
          ...FIGURE_PROPERTIES,
        },
        {
          rest: {
            type: 'boolean',
            description:
              'True for the sum of all values that have no row of their own. Its `key` is `other`, which can also be the name of a tag or group: that row has `rest` false. Not given by user.',
          },
          name: TEXT_OR_NULL,
          email: TEXT_OR_NULL,
          group: TEXT_OR_NULL,
          model: TEXT_OR_NULL,
          provider: TEXT_OR_NULL,
        },
      ),
    },
    total: {
      ...FIGURES,
      description:
        'Counts every call once. By tag, the sum of the rows can be larger: a call with two tags counts for both.',
    },
  },
  { nextCursor: { ...TEXT_OR_NULL, description: 'Only with `by=user`, which has pages.' } },
);

export const THREAD_PROPERTIES: Shape = {
  id: TEXT,
  userId: TEXT_OR_NULL,
  name: TEXT_OR_NULL,
  firstSeen: TIME,
  lastSeen: TIME,
  ...FIGURE_PROPERTIES,
};

/** A user whose cost changed since the range before. */
export const MOVER_PROPERTIES: Shape = {
  id: TEXT,
  name: TEXT_OR_NULL,
  cost: NUMBER,
  before: NUMBER,
  change: NUMBER,
  claimedCost: { ...NUMBER, description: 'US dollars of the claimed calls, as set with `--claimed`.' },
  claimedBefore: NUMBER,
};

/** Feedback of a user on an answer. */
export const FEEDBACK: Shape = object({
  at: TIME,
  traceId: TEXT,
  spanId: TEXT,
  userId: TEXT_OR_NULL,
  userClaimed: { ...FLAG, description: 'Only a browser names the user who gave it.' },
  threadId: TEXT_OR_NULL,
  target: { enum: ['message', 'run', 'thread'] },
  targetId: { ...TEXT, description: 'Of a message, of a run (`<trace id>-<span id>`), or of a thread.' },
  thumb: { enum: ['up', 'down', null] },
  score: { ...NUMBER_OR_NULL, description: 'In the application’s own scale.' },
  comment: TEXT_OR_NULL,
});

/** The messages of a call: JSON or text, depending on its instrumentation; null if not stored. */
export const MESSAGES: Shape = object({ system: {}, input: {}, output: {} });

/** A message that an application tracked. */
export const MESSAGE: Shape = object({
  id: TEXT,
  at: TIME,
  traceId: TEXT,
  spanId: TEXT,
  userId: TEXT_OR_NULL,
  role: TEXT_OR_NULL,
  isRetry: { ...FLAG, description: 'Whether the user asks for the answer again.' },
  content: { ...TEXT_OR_NULL, description: 'Null where content is not stored.' },
  extra: { ...TEXT_OR_NULL, description: 'JSON of the other fields that the application sent.' },
});

export const COST_LINE: Shape = object({
  item: TEXT,
  quantity: NUMBER,
  unitPrice: NUMBER,
  per: NUMBER,
  usd: NUMBER,
});

export { FLAG, NUMBER, OBJECT, TIME };
