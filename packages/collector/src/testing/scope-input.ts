import { fromUnits, toUnits } from '@userspan/ledger';
import { sumExact } from '@userspan/pricing';

import { openTestCollector } from './test-collector.ts';
import type { TestCollector } from './test-collector.ts';
import { batch, call, NOON_MS, user } from './trace-of.ts';

const DAY_MS = 86_400_000;
/** Within the twelve days before this time, daylight saving time ends in Europe and America. */
export const END_MS: number = Date.UTC(2026, 10, 3, 12);

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly group?: string;
  readonly plan?: string;
}

export const PEOPLE: readonly Person[] = [
  { id: 'ada', name: 'Ada Álvarez', group: 'acme', plan: 'pro' },
  { id: 'bob', name: 'Bob', group: 'acme', plan: 'free' },
  { id: 'cyd', name: 'Cyd', group: 'globex', plan: 'pro' },
  { id: 'dee', name: 'Dee', plan: 'free' },
  { id: 'eve', name: 'Eve', group: '7', plan: 'pro' },
];
/** Counts for `ada`, but has another group. */
export const ALIAS: Person = { id: 'anon-7f3a', name: 'Nobody yet', group: 'globex', plan: 'free' };

export interface Input {
  readonly person: Person | undefined;
  readonly atMs: number;
  readonly durationMs: number;
  readonly chunkMs: number | undefined;
  readonly model: string;
  readonly service: string;
  readonly tags: readonly string[];
  readonly thread: string | undefined;
  readonly failed: boolean;
  readonly usd: string | undefined;
}

/** Reproducible calls without a pattern that a wrong query could match by chance. */
export const INPUT: readonly Input[] = Array.from({ length: 400 }, (_, at): Input => {
  const pick = (step: number, of: number): number =>
    Math.floor((at * step * 7919 + step * 104_729) / 13) % of;
  const who = pick(3, 8);
  return {
    person: who === 7 ? undefined : who === 6 ? ALIAS : PEOPLE[who % PEOPLE.length],
    atMs: END_MS - 1 - Math.floor((at / 400) ** 1.3 * 20 * DAY_MS),
    durationMs: 100 + pick(5, 900),
    chunkMs: pick(7, 3) === 0 ? 20 + pick(11, 60) : undefined,
    model: ['gpt-4o', 'gpt-4o-mini', 'nobody-knows-it'][pick(13, 3)] ?? '',
    service: pick(17, 4) === 0 ? 'jobs' : 'chat',
    tags: [[], ['search'], ['chat'], ['search', 'chat']][pick(19, 4)] ?? [],
    thread: pick(23, 3) === 0 ? undefined : `t${pick(29, 9)}`,
    failed: pick(31, 10) === 0,
    usd: pick(13, 3) === 2 ? undefined : `0.${String(1 + pick(37, 99_999)).padStart(9, '0')}`,
  };
});

/** The user that a call counts for. */
export function ownerOf({ person }: Input): Person | undefined {
  return person === ALIAS ? PEOPLE[0] : person;
}

export type Filter = readonly [query: string, keeps: (input: Input) => boolean];

export const FILTERS: readonly Filter[] = [
  ['', () => true],
  ['group=acme', (input) => ownerOf(input)?.group === 'acme'],
  ['group=globex', (input) => ownerOf(input)?.group === 'globex'],
  ['group=7', (input) => ownerOf(input)?.group === '7'],
  ['group=acme&group=7', (input) => ['acme', '7'].includes(ownerOf(input)?.group ?? '')],
  ['group=nowhere', () => false],
  ['prop.plan=pro', (input) => ownerOf(input)?.plan === 'pro'],
  ['q=cyd', (input) => ownerOf(input)?.id === 'cyd'],
  ['model=gpt-4o', ({ model }) => model === 'gpt-4o'],
  ['tag=search', ({ tags }) => tags.includes('search')],
  ['service=jobs', ({ service }) => service === 'jobs'],
  ['group=acme&model=gpt-4o', (input) => ownerOf(input)?.group === 'acme' && input.model === 'gpt-4o'],
  [
    'prop.plan=pro&tag=chat&service=chat',
    (input) => ownerOf(input)?.plan === 'pro' && input.tags.includes('chat') && input.service === 'chat',
  ],
];

export interface Figures {
  readonly calls: number;
  readonly unpricedCalls: number;
  readonly errors: number;
  readonly costExact: string | null;
}

export function figuresOf(inputs: readonly Input[]): Figures {
  const priced = inputs.filter(({ usd }) => usd !== undefined);
  return {
    calls: inputs.length,
    unpricedCalls: inputs.length - priced.length,
    errors: inputs.filter(({ failed }) => failed).length,
    costExact:
      priced.length === 0 && inputs.length > 0
        ? null
        : show(priced.reduce((sum, { usd }) => sum + toUnits(usd ?? '0'), 0n)),
  };
}

export function show(units: bigint): string {
  const text = fromUnits(units);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

const { 'gen_ai.usage.cost': _, ...UNPRICED } = call();

/** Opens a store with the input in the project `scope`. */
export async function openScopeCollector(): Promise<TestCollector> {
  const collector = await openTestCollector('chdb');
  const spans = INPUT.map((input, at) => ({
    id: at + 1,
    trace: at + 1,
    project: 'scope',
    atMs: input.atMs - NOON_MS,
    durationMs: input.durationMs,
    service: input.service,
    attributes: {
      ...UNPRICED,
      ...(input.usd === undefined ? {} : { 'gen_ai.usage.cost': Number(input.usd) }),
      'gen_ai.request.model': input.model,
      'userspan.tags': [...input.tags],
      ...(input.thread === undefined ? {} : { 'session.id': input.thread }),
      ...(input.failed ? { 'error.type': 'timeout' } : {}),
      ...(input.chunkMs === undefined ? {} : { 'gen_ai.response.time_to_first_chunk': input.chunkMs / 1000 }),
      ...(input.person === undefined
        ? {}
        : user(input.person.id, {
            'user.name': input.person.name,
            ...(input.person.group === undefined ? {} : { 'userspan.user.group': input.person.group }),
            'userspan.user.plan': input.person.plan ?? '',
          })),
    },
  }));
  await collector.pipeline.write(batch(...spans));
  await collector.send('POST', '/api/users/anon-7f3a/alias', { userId: 'ada' }, 'scope');
  return collector;
}

/** Adds up the costs of calls with a price. */
export function costOf(inputs: readonly Input[]): string {
  return sumExact(inputs.map(({ usd }) => usd ?? '0'));
}

/** Returns the function that says whether a filter matches a call; for an unknown filter, it matches none. */
export function keepsOf(query: string): (input: Input) => boolean {
  return FILTERS.find(([name]) => name === query)?.[1] ?? (() => false);
}
