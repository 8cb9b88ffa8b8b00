import { everydayRows } from '../../packages/collector/src/testing/everyday-runs.ts';
import { randomId, type TestSpan } from './otlp-span.ts';

/** Time zones of browsers. Every day one with a daylight-saving change, and one with an offset of a quarter of an hour. */
export const zones: readonly string[] = everydayRows(
  ['UTC', 'America/Los_Angeles', 'Asia/Kolkata', 'Asia/Kathmandu'],
  (zone) => zone === 'America/Los_Angeles' || zone === 'Asia/Kathmandu',
);

/** The users of the calls. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly group?: string;
  readonly plan: string;
}

/** A call with the values that the test adds up. */
export interface CountedCall {
  readonly person: Person | undefined;
  readonly atMs: number;
  readonly model: string;
  readonly service: string;
  readonly tags: readonly string[];
  readonly thread: string;
  readonly durationMs: number;
  readonly failed: boolean;
  /** Millionths of a dollar. */
  readonly microUsd: number;
}

export const markup = '<img src=x onerror=alert(1)>';
export const rightToLeft = 'قسم المبيعات \u202E evil';
export const longTag = `t${'long'.repeat(50)}`;

const people: readonly Person[] = [
  { id: 'ada', name: 'Ada Álvarez', group: 'acme', plan: 'pro' },
  { id: 'bob', name: 'Bob', group: 'acme', plan: 'free' },
  { id: 'cyd', name: 'Cyd', group: markup, plan: 'pro' },
  { id: 'dee', name: 'Dee', plan: 'free' },
  { id: '<b>eve</b>', name: markup, group: rightToLeft, plan: 'pro' },
];

/** In this period, clocks change in Europe on the first day and in America on 1 November. */
export const fromMs: number = Date.UTC(2026, 9, 25);
export const toMs: number = Date.UTC(2026, 10, 4);

/** Irregular traffic, so that a wrong figure is not right by chance. It is the same in every run. */
export const countedCalls: readonly CountedCall[] = Array.from({ length: 240 }, (_, at) => {
  const pick = (step: number, of: number): number =>
    Math.floor((at * step * 7919 + step * 104_729) / 13) % of;
  return {
    person: people[pick(3, 6)],
    // Every third call is in the nine days before, so that there is a previous period.
    atMs:
      (at % 3 === 0
        ? fromMs - 1 - pick(41, 9 * 24 * 60) * 60_000
        : fromMs + pick(43, 10 * 24 * 60) * 60_000) + at,
    model: ['gpt-4o', 'gpt-4o-mini', 'o4-mini'][pick(13, 3)] ?? '',
    service: pick(17, 4) === 0 ? 'jobs' : 'chat',
    tags: [[], ['search'], ['chat', longTag], ['search', 'chat']][pick(19, 4)] ?? [],
    thread: `t${pick(29, 9)}`,
    durationMs: 100 + pick(5, 900),
    failed: pick(31, 10) === 0,
    microUsd: 1 + pick(37, 99_999),
  };
});

export function spanOf(call: CountedCall): TestSpan {
  const { person } = call;
  return {
    service: call.service,
    scope: '@userspan/openai',
    traceId: randomId(16),
    spanId: randomId(8),
    name: `chat ${call.model}`,
    startMs: call.atMs,
    durationMs: call.durationMs,
    attributes: {
      ...(person === undefined
        ? {}
        : {
            'user.id': person.id,
            'user.name': person.name,
            'userspan.user.group': person.group,
            'userspan.user.plan': person.plan,
          }),
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': call.model,
      'gen_ai.response.model': call.model,
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
      'gen_ai.usage.cost': call.microUsd / 1e6,
      'gen_ai.conversation.id': call.thread,
      'userspan.tags': call.tags,
      ...(call.failed ? { 'error.type': 'timeout' } : {}),
    },
    ...(call.failed ? { error: 'timeout' } : {}),
  };
}

/** Formats an exact sum of dollars like the pages. */
export function dollars(calls: readonly CountedCall[]): string {
  const micro = calls.reduce((sum, { microUsd }) => sum + microUsd, 0);
  const text = `${Math.floor(micro / 1e6)}.${String(micro % 1e6).padStart(6, '0')}`;
  return text.replace(/\.?0+$/u, '');
}

/** Groups calls by keys. A call is in the group of each of its keys. */
export function groupCalls(
  calls: readonly CountedCall[],
  keysOf: (call: CountedCall) => readonly string[],
): ReadonlyMap<string, readonly CountedCall[]> {
  const groups = new Map<string, CountedCall[]>();
  for (const call of calls) {
    for (const key of keysOf(call)) {
      const list = groups.get(key);
      if (list === undefined) groups.set(key, [call]);
      else list.push(call);
    }
  }
  return groups;
}
