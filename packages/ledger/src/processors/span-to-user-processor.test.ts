import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadableSpanLike } from './from-readable-span.ts';
import { SpanToUserProcessor } from './span-to-user-processor.ts';
import type { SpanToUserOptions } from './span-to-user-processor.ts';

const CALL = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.usage.input_tokens': 19,
  'gen_ai.usage.output_tokens': 10,
};

interface Short {
  readonly id: string;
  readonly in?: string;
  readonly parent?: string;
  readonly scope?: string;
  readonly user?: string;
  readonly call?: boolean | Readonly<Record<string, unknown>>;
}

function span({ id, in: traceId = 't', parent, scope = 'ours', user, call }: Short): ReadableSpanLike {
  return {
    name: 'span',
    kind: 0,
    spanContext: () => ({ traceId, spanId: id }),
    ...(parent === undefined ? {} : { parentSpanContext: { spanId: parent } }),
    startTime: [1_793_527_200, 0],
    endTime: [1_793_527_201, 0],
    status: { code: 0 },
    attributes: {
      ...(user === undefined ? {} : { 'user.id': user }),
      ...(call === undefined ? {} : CALL),
      ...(typeof call === 'object' ? call : {}),
    },
    events: [],
    resource: { attributes: { 'service.name': 'app' } },
    instrumentationScope: { name: scope },
  };
}

/** Calls by user, `-` for no user. */
function callsBy(spans: readonly Short[], options?: SpanToUserOptions): Record<string, number> {
  const ledger = new SpanToUserProcessor(options);
  for (const short of spans) ledger.onEnd(span(short));
  return callsOf(ledger);
}

function callsOf(ledger: SpanToUserProcessor): Record<string, number> {
  const calls: Record<string, number> = {};
  for (const { id, calls: number } of ledger.users()) calls[id] = number;
  const { calls: unattributed } = ledger.unattributed();
  return unattributed === 0 ? calls : { ...calls, '-': unattributed };
}

describe('users()', () => {
  it.each<{ name: string; spans: readonly Short[]; calls: Record<string, number> }>([
    {
      name: 'a user on the root span, which ends last',
      spans: [
        { id: 'c', parent: 'r', call: true },
        { id: 'r', user: 'u' },
      ],
      calls: { u: 1 },
    },
    {
      name: 'the trace’s only user',
      spans: [
        { id: 's', user: 'u' },
        { id: 'c', call: true },
      ],
      calls: { u: 1 },
    },
    {
      name: 'the trace’s only user, removed when a second user appears',
      spans: [
        { id: 's', user: 'u' },
        { id: 'c', call: true },
        { id: 'x', user: 'v' },
      ],
      calls: { u: 0, v: 0, '-': 1 },
    },
    {
      name: 'a span delivered twice',
      spans: [
        { id: 'c', user: 'u', call: true },
        { id: 'c', user: 'u', call: true },
      ],
      calls: { u: 1 },
    },
    {
      name: 'two records of one request in two traces',
      spans: [
        { id: 'a', in: 'v', user: 'u', scope: 'theirs', call: { 'gen_ai.response.id': 'r' } },
        { id: 'b', call: { 'gen_ai.response.id': 'r' } },
      ],
      calls: { u: 1 },
    },
    {
      name: 'two records of one request in two traces, without an id',
      spans: [
        { id: 'a', in: 'v', user: 'u', scope: 'theirs', call: true },
        { id: 'b', call: true },
      ],
      calls: { u: 1 },
    },
    {
      name: 'three linked traces',
      spans: [
        { id: 'a', in: 'v', scope: 'one', call: { 'gen_ai.response.id': 'r' } },
        { id: 'b', scope: 'two', call: { 'gen_ai.response.id': 'r' } },
        { id: 'c', in: 'w', user: 'u', scope: 'three', call: { 'gen_ai.response.id': 'r' } },
      ],
      calls: { u: 1 },
    },
    { name: 'spans without a user', spans: [{ id: 'c', call: true }], calls: { '-': 1 } },
    { name: 'a user without a call', spans: [{ id: 's', user: 'u' }], calls: { u: 0 } },
  ])('$name', ({ spans, calls }) => {
    expect(callsBy(spans)).toEqual(calls);
    expect(callsBy(spans.toReversed())).toEqual(calls);
  });

  it('does not attribute spans that the app marks as having no user', () => {
    const ledger = new SpanToUserProcessor();
    ledger.onEnd(span({ id: 'c', parent: 'r', call: { 'userspan.user_none': true } }));
    ledger.onEnd(span({ id: 'r', user: 'u' }));
    expect(callsOf(ledger)).toEqual({ u: 0, '-': 1 });
  });

  it('does not depend on the time of the query', () => {
    const spans: Short[] = [
      { id: 's', user: 'u' },
      { id: 'c', call: true },
      { id: 'x', user: 'v' },
    ];
    const ledger = new SpanToUserProcessor();
    const seen = spans.map((short) => {
      ledger.onEnd(span(short));
      return callsOf(ledger);
    });
    expect(seen).toEqual([{ u: 0 }, { u: 1 }, { u: 0, v: 0, '-': 1 }]);
  });

  it('does not depend on the order in which spans end', () => {
    const arbitrary = fc.record({
      id: fc.constantFrom('1', '2', '3', '4', '5', '6'),
      in: fc.constantFrom('t', 'v'),
      scope: fc.constantFrom('ours', 'theirs'),
      parent: fc.option(fc.constantFrom('1', '2', '3', '4'), { nil: undefined }),
      user: fc.option(fc.constantFrom('u', 'v'), { nil: undefined }),
      call: fc.option(
        fc.constantFrom<Short['call'][]>(
          true,
          { 'gen_ai.response.id': 'r' },
          { 'gen_ai.request.model': 'gpt-4o' },
        ),
        { nil: undefined },
      ),
    });
    const set = fc.uniqueArray(arbitrary, { selector: (short) => `${short.in}${short.id}`, maxLength: 9 });
    const orders = set.chain((spans) =>
      fc.tuple(fc.constant(spans), fc.shuffledSubarray(spans, { minLength: spans.length })),
    );
    const listed = (spans: readonly unknown[]): unknown => {
      const ledger = new SpanToUserProcessor();
      for (const short of spans) ledger.onEnd(span(short as Short));
      return [ledger.users(), ledger.unattributed()];
    };
    fc.assert(
      fc.property(orders, ([first, second]) => {
        expect(listed(second)).toEqual(listed(first));
      }),
      { numRuns: 1000 },
    );
  });

  it('has no cost instead of 0 if no call has a price', () => {
    const ledger = new SpanToUserProcessor();
    ledger.onEnd(span({ id: 'c', user: 'u', call: { 'gen_ai.request.model': 'gpt-x' } }));
    expect(ledger.users()).toMatchObject([{ calls: 1, unpricedCalls: 1, cost: null, costExact: null }]);
    ledger.onEnd(span({ id: 'd', user: 'u', call: true }));
    expect(ledger.users()).toMatchObject([{ calls: 2, unpricedCalls: 1, cost: 0.00000885 }]);
  });

  it('merges an anonymous user into a known one, including past calls, and separates them again', () => {
    const ledger = new SpanToUserProcessor();
    ledger.onEnd(span({ id: 'a', in: 'v', user: 'anon', call: true }));
    ledger.onEnd(span({ id: 'b', user: 'u', call: true }));
    ledger.alias('anon', 'u');
    expect(ledger.users()).toMatchObject([{ id: 'u', calls: 2, costExact: '0.0000177' }]);
    ledger.unalias('anon');
    expect(callsOf(ledger)).toEqual({ anon: 1, u: 1 });
  });

  it('merges a visitor into the user that a span names', () => {
    const ledger = new SpanToUserProcessor();
    const from = { 'userspan.alias.from': 'anon_1' };
    ledger.onEnd(span({ id: 'a', in: 'v', user: 'anon_1', call: true }));
    ledger.onEnd({ ...span({ id: 'b', user: 'u' }), attributes: { 'user.id': 'u', ...from } });
    expect(callsOf(ledger)).toEqual({ u: 1 });
    ledger.unalias('anon_1');
    expect(callsOf(ledger)).toEqual({ anon_1: 1, u: 0 });
  });

  it('never throws into the app', () => {
    const ledger = new SpanToUserProcessor();
    const broken = { ...span({ id: 'c', call: true }) };
    Object.defineProperty(broken, 'attributes', {
      get: () => {
        throw new Error('broken');
      },
    });
    expect(() => ledger.onEnd(broken)).not.toThrow();
    expect(ledger.users()).toEqual([]);
  });
});

describe('memory', () => {
  it('drops the oldest traces and keeps their calls counted', () => {
    const spans = Array.from({ length: 100 }, (_, i) => ({
      id: 'c',
      in: `t${i}`,
      user: 'u',
      call: { 'gen_ai.response.id': `r${i}` },
    }));
    expect(callsBy(spans, { maxTraces: 2 })).toEqual({ u: 100 });
  });

  it('drops traces with too many spans and keeps their calls counted', () => {
    const spans = Array.from({ length: 100 }, (_, i) => ({ id: `${i}`, user: 'u', call: true }));
    expect(callsBy(spans, { maxSpansPerTrace: 10 })).toEqual({ u: 100 });
  });

  it('evicts the users that were not seen for the longest time', () => {
    const spans = Array.from({ length: 100 }, (_, i) => ({
      id: 'c',
      in: `t${i}`,
      user: `u${i}`,
      call: true,
    }));
    expect(callsBy(spans, { maxUsers: 2 })).toEqual({ u98: 1, u99: 1 });
  });

  it('keeps the calls of evicted users in one row, corrections included', () => {
    const ledger = new SpanToUserProcessor({ maxUsers: 2 });
    const end = (short: Short): void => ledger.onEnd(span(short));
    for (let at = 0; at < 100; at += 1) {
      end({ id: `c${at}`, in: `t${at}`, user: `u${at}`, call: true });
      if (at % 7 === 0) ledger.users();
    }
    const kept = ledger.users();
    const evicted = ledger.evictedUsers();
    expect([kept.length, evicted.evictions]).toEqual([2, 98]);
    expect(kept.reduce((calls, user) => calls + user.calls, 0) + evicted.calls).toBe(100);
    expect(evicted.inputTokens).toBe(evicted.calls * (kept[0]?.inputTokens ?? 0));
    // A second user of the trace makes the call unattributed, so it is subtracted from the row of evicted users.
    const before = ledger.evictedUsers().calls;
    end({ id: 's', in: 'late', user: 'a' });
    end({ id: 'c', in: 'late', call: true });
    ledger.users();
    end({ id: 'x', in: 'x', user: 'b' });
    end({ id: 'y', in: 'y', user: 'c' });
    ledger.users();
    expect(ledger.evictedUsers().calls).toBe(before + 3);
    end({ id: 'z', in: 'late', user: 'd' });
    expect(ledger.unattributed().calls).toBe(1);
    expect(ledger.evictedUsers().calls).toBe(before + 2);
  });

  it('does not become negative when a call of an evicted user is corrected', () => {
    const ledger = new SpanToUserProcessor({ maxUsers: 2 });
    const end = (short: Short): void => ledger.onEnd(span(short));
    end({ id: 's', user: 'u' });
    end({ id: 'c', call: true });
    ledger.users();
    end({ id: 'a', in: 'ta', user: 'a' });
    end({ id: 'b', in: 'tb', user: 'b' });
    end({ id: 'x', user: 'v' });
    end({ id: 'y', user: 'u' });
    expect(callsOf(ledger)).toEqual({ u: 0, v: 0, '-': 1 });
  });

  it.each(['maxUsers', 'maxTraces', 'maxSpansPerTrace'] as const)(
    'rejects a %s that is not a whole number',
    (name) => {
      for (const value of [0, -1, 1.5, Number.NaN, '10' as unknown as number]) {
        expect(() => new SpanToUserProcessor({ [name]: value })).toThrow(
          `${name} must be a whole number above 0`,
        );
      }
    },
  );
});
