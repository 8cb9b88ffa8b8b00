import { randomId, type TestSpan } from './otlp-span.ts';
import { markup, rightToLeft, spanOf } from './scope-calls.ts';

export const hostileThread = `thread-${'0123456789abcdef'.repeat(20)}`;

const longName = 'Bartholomew-Maximilian'.repeat(46).slice(0, 1000);
const names: readonly (readonly [id: string, name: string, microUsd: number])[] = [
  [longName, longName, 37_037_036_740_000],
  ['rtl', rightToLeft, 1],
  ['emoji', '👩‍👩‍👧‍👦🏳️‍🌈'.repeat(20), 999_999],
  ['<b>eve</b>', markup, 888_888_880_000],
  [`id-${'f'.repeat(250)}`, 'Unbroken id', 1_234_567],
  ['tiny', 'Tiny', 0],
];

/** Calls with long names, names of other scripts, markup, amounts of all sizes, errors, and calls without a price. */
export function hostileSpans(nowMs: number): readonly TestSpan[] {
  const calls = names.map(([id, name, microUsd], at) =>
    spanOf({
      person: { id, name, group: at % 2 === 0 ? name : markup, plan: name },
      atMs: nowMs - 60_000 * (at + 1),
      model: at % 2 === 0 ? 'gpt-4o' : `vendor/${'model-'.repeat(30)}`,
      service: at % 3 === 0 ? longName.slice(0, 250) : 'chat',
      tags: [[longName.slice(0, 200)], [markup], [rightToLeft, 'chat']][at % 3] ?? [],
      thread: at % 2 === 0 ? hostileThread : `t${at}`,
      durationMs: 10 ** at,
      failed: at % 2 === 0,
      microUsd,
    }),
  );
  return [...calls, ...calls.map(withoutPrice)];
}

/** The same call, sent again by no user with a model that has no price. */
function withoutPrice(span: TestSpan): TestSpan {
  const { 'gen_ai.usage.cost': _cost, 'user.id': _user, ...attributes } = span.attributes;
  const model = 'unknown-model-of-an-unknown-vendor';
  return {
    ...span,
    traceId: randomId(16),
    spanId: randomId(8),
    attributes: { ...attributes, 'gen_ai.request.model': model, 'gen_ai.response.model': model },
  };
}
