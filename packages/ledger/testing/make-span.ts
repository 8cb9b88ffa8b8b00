import { callOf, readSpan } from '../src/index.ts';
import type { Attributes, Call, CallCost, Span } from '../src/index.ts';

let made = 0;

/** A finished span of the first of November 2026, ten in the morning, that took a second. */
export function makeSpan(attributes: Attributes, more: Partial<Span> = {}): Span {
  made += 1;
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: made.toString(16).padStart(16, '0'),
    name: 'span',
    kind: 3,
    startTimeUnixNano: 1_793_527_200_000_000_000n,
    endTimeUnixNano: 1_793_527_201_000_000_000n,
    status: { code: 0 },
    attributes,
    events: [],
    resource: {},
    scope: { name: 'test' },
    ...more,
  };
}

/** What a call says about itself, without where and when it was; its cost in one line. */
export type CallFigure = Omit<
  Call,
  'traceId' | 'spanId' | 'parentSpanId' | 'startTimeUnixNano' | 'endTimeUnixNano' | 'cost' | 'statedCost'
> & { readonly cost: string };

/** Reads a call, for comparison as a whole. */
export function figureOf(attributes: Attributes, more: Partial<Span> = {}): CallFigure | undefined {
  const call = callOf(makeSpan(attributes, more));
  return call === undefined ? undefined : withoutPlace(call);
}

/** Reads a wrapper that has usage of its own, for comparison as a whole. */
export function wrapperOf(attributes: Attributes, more: Partial<Span> = {}): CallFigure | undefined {
  const { call } = readSpan(makeSpan(attributes, more));
  return call === undefined ? undefined : withoutPlace(call);
}

/** `0.00000885 list`, or `unpriced: …`. */
export function costLine(cost: CallCost): string {
  return 'unpriced' in cost ? `unpriced: ${cost.unpriced}` : `${cost.usd} ${cost.source}`;
}

function withoutPlace(call: Call): CallFigure {
  const { traceId, spanId, parentSpanId, startTimeUnixNano, endTimeUnixNano, cost, statedCost, ...figure } =
    call;
  void [traceId, spanId, parentSpanId, startTimeUnixNano, endTimeUnixNano, statedCost];
  return { ...figure, cost: costLine(cost) };
}
