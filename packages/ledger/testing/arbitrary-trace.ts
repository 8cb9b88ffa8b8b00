import fc from 'fast-check';
import type { TraceCall, TraceSpan } from '../src/index.ts';
import { traceSpan } from './make-trace.ts';
import type { ShortSpan } from './make-trace.ts';

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined, freq: 1 });

const arbitraryCall: fc.Arbitrary<Partial<TraceCall>> = fc
  .record({
    scope: fc.constantFrom('ours', 'theirs', 'third'),
    source: fc.constantFrom('a////', 'b////'),
    start: fc.constantFrom(1000, 1010, 1500, 3000),
    took: fc.constantFrom(10, 500, 1000),
    operation: fc.constantFrom('chat', 'embeddings', 'invoke_agent'),
    models: fc.constantFrom<readonly string[]>([], ['a'], ['b'], ['a', 'b']),
    responseId: maybe(fc.constantFrom('r1', 'r2')),
    wrapper: fc.boolean(),
    usage: maybe(fc.constantFrom(1, 2)),
    costRank: fc.constantFrom(0, 1, 2, 3, 4),
    tierKnown: fc.boolean(),
    failed: fc.boolean(),
    failureId: maybe(fc.constantFrom('f1', 'f2')),
  })
  .map(({ start, took, responseId, wrapper, usage, tierKnown, failed, failureId, ...call }) => ({
    ...call,
    startMs: start,
    endMs: start + took,
    ...(responseId === undefined ? {} : { responseId }),
    ...(wrapper ? { wrapper: true as const } : {}),
    ...(usage === undefined
      ? { usageFields: 0 }
      : { usageFields: usage, inputTokens: usage * 10, outputTokens: 1 }),
    ...(tierKnown ? { tierKnown: true as const } : {}),
    ...(failed ? { failed: true as const } : {}),
    ...(failureId === undefined ? {} : { failureId }),
  }));

const arbitrarySpan: fc.Arbitrary<ShortSpan> = fc
  .record({
    id: fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8'),
    in: fc.constantFrom('t', 't', 't', 'v'),
    parent: maybe(fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8', 'missing')),
    user: maybe(fc.constantFrom('ada', 'bob')),
    resourceUser: maybe(fc.constantFrom('ada', 'eve')),
    claimed: fc.boolean(),
    none: fc.boolean(),
    thread: maybe(fc.constantFrom('x', 'y')),
    call: maybe(arbitraryCall),
  })
  .map(({ parent, user, resourceUser, claimed, none, thread, call, ...span }) => ({
    ...span,
    ...(parent === undefined ? {} : { parent }),
    ...(user === undefined ? {} : { user }),
    ...(resourceUser === undefined ? {} : { resourceUser }),
    ...(claimed ? { claimed: true as const } : {}),
    ...(none && user === undefined ? { none: true as const } : {}),
    ...(thread === undefined ? {} : { thread }),
    ...(call === undefined ? {} : { call }),
  }));

/** Malformed traces: cycles, missing parents, ids that are used twice, doubles, sums, two traces at once. */
export const arbitraryTrace: fc.Arbitrary<readonly TraceSpan[]> = fc
  .array(arbitrarySpan, { maxLength: 12 })
  .map((spans) => spans.map(traceSpan));

/** The same spans in two orders, some of them twice in the second. */
export const arbitraryOrders: fc.Arbitrary<readonly [readonly TraceSpan[], readonly TraceSpan[]]> =
  arbitraryTrace.chain((spans) =>
    fc
      .tuple(
        fc.shuffledSubarray([...spans], { minLength: spans.length, maxLength: spans.length }),
        fc.subarray([...spans]),
      )
      .map(([shuffled, again]) => [spans, [...shuffled, ...again]] as const),
  );
