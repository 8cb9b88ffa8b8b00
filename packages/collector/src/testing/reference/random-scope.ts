import fc from 'fast-check';

import type { TestCollector } from '../test-collector.ts';
import { batch, call, NOON_MS, user } from '../trace-of.ts';

export const QUARTER_MS = 900_000;
export const DAY_MS = 86_400_000;
/** The range contains a change from daylight saving time in Europe, and a week later in America. */
const FIRST_MS = Date.UTC(2026, 9, 10);
export const NOW_MS = NOON_MS + 3_600_000;
const CHANGES = [
  ['Europe/Berlin', Date.UTC(2026, 2, 29)],
  ['America/New_York', Date.UTC(2026, 2, 8)],
] as const;

const GROUPS = [undefined, 'acme', "it's", '7', 'true', 'Ünï"c\\ode', 'other'] as const;
const PLANS = [undefined, 'pro', 'free', 5, true] as const;
/** None of these is in the price list, so that calls without a stated cost are unpriced. */
const MODELS = ['house', 'house-mini', "o'dd", 'unknown-x'] as const;
const SERVICES = ['chat', 'jobs', 'a,b'] as const;
const TAGS = ['search', 'chat', 'other', '=cmd()'] as const;
const ZONES = ['UTC', 'Asia/Kathmandu', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe'] as const;
const THREADS = ['t1', 't2', 'Ada-3', "o't"] as const;
export const USERS = ['ada', 'Ádám', '..', 'o/1?x=#', 'u"5', 'u6'] as const;

export interface Input {
  readonly who: number | undefined;
  readonly atMs: number;
  readonly model: string;
  readonly service: string;
  readonly tags: readonly string[];
  readonly failed: boolean;
  readonly usd: string | undefined;
  readonly thread: string | undefined;
}

export interface Person {
  readonly id: string;
  readonly group: (typeof GROUPS)[number];
  readonly plan: (typeof PLANS)[number];
}

const timeOf = fc.oneof(
  fc.integer({ min: FIRST_MS, max: NOW_MS - 1 }),
  // Around the changes from daylight saving time, and in the previous range.
  fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }))
    .map(([[, at], offset]) => at + offset),
);

export const inputOf: fc.Arbitrary<Input> = fc.record({
  who: fc.option(fc.nat({ max: USERS.length - 1 }), { nil: undefined, freq: 5 }),
  atMs: timeOf,
  model: fc.constantFrom(...MODELS),
  service: fc.constantFrom(...SERVICES),
  tags: fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 3 }),
  failed: fc.boolean(),
  // Not 0: a cost that the sender computed is not used if it is 0.
  usd: fc.option(
    fc.integer({ min: 1, max: 999_999_999 }).map((n) => `0.${String(n).padStart(9, '0')}`),
    { nil: undefined, freq: 6 },
  ),
  thread: fc.option(fc.constantFrom(...THREADS), { nil: undefined, freq: 3 }),
});

export const peopleOf: fc.Arbitrary<readonly Person[]> = fc
  .tuple(
    fc.array(fc.constantFrom(...GROUPS), { minLength: USERS.length, maxLength: USERS.length }),
    fc.array(fc.constantFrom(...PLANS), { minLength: USERS.length, maxLength: USERS.length }),
  )
  .map(([groups, plans]) => USERS.map((id, at): Person => ({ id, group: groups[at], plan: plans[at] })));

export interface Filter {
  readonly group?: readonly string[] | undefined;
  readonly plan?: string | undefined;
  readonly q?: string | undefined;
  readonly model?: readonly string[] | undefined;
  readonly service?: string | undefined;
  readonly tag?: readonly string[] | undefined;
}

const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(of, { nil: undefined, freq: 1 });

const filterOf: fc.Arbitrary<Filter> = fc.record({
  group: fc.option(
    fc.uniqueArray(fc.constantFrom(...GROUPS.slice(1).map(String)), { minLength: 1, maxLength: 2 }),
    { nil: undefined, freq: 2 },
  ),
  plan: fc.option(fc.constantFrom('pro', 'free', '5', 'true'), { nil: undefined, freq: 2 }),
  q: fc.option(fc.constantFrom('ada', 'ADAM', 'u', 'acme', 'pro', '..', 'nobody'), {
    nil: undefined,
    freq: 2,
  }),
  model: maybe(fc.uniqueArray(fc.constantFrom(...MODELS), { minLength: 1, maxLength: 2 })),
  service: fc.option(fc.constantFrom(...SERVICES), { nil: undefined, freq: 2 }),
  tag: fc.option(fc.uniqueArray(fc.constantFrom(...TAGS), { minLength: 1, maxLength: 2 }), {
    nil: undefined,
    freq: 2,
  }),
});

const rangeOf = fc.oneof(
  fc.constant({}),
  fc.record({ from: fc.integer({ min: FIRST_MS / QUARTER_MS, max: NOW_MS / QUARTER_MS - 1 }) }),
  fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -100, max: 100 }), fc.integer({ min: 1, max: 200 }))
    .map(([[, at], start, length]) => ({
      from: at / QUARTER_MS + start,
      to: at / QUARTER_MS + start + length,
    })),
  fc
    .tuple(fc.integer({ min: FIRST_MS / QUARTER_MS, max: NOW_MS / QUARTER_MS - 2 }), fc.nat({ max: 3000 }))
    .map(([from, length]) => ({ from, to: Math.min(from + 1 + length, NOW_MS / QUARTER_MS) })),
);

export interface Question {
  readonly filter: Filter;
  readonly range: { readonly from?: number; readonly to?: number };
  readonly zone: (typeof ZONES)[number];
  readonly bucket: 'hour' | 'day' | 'week' | 'month';
  readonly by: 'model' | 'service' | 'tag' | 'group';
  readonly limit: number;
}

export const questionOf: fc.Arbitrary<Question> = fc.record({
  filter: filterOf,
  range: rangeOf,
  zone: fc.constantFrom(...ZONES),
  bucket: fc.constantFrom('hour', 'day', 'week', 'month'),
  by: fc.constantFrom('model', 'service', 'tag', 'group'),
  limit: fc.integer({ min: 1, max: 4 }),
});

/** For each user, the index of the user to merge into, if any. */
export const mergesOf = fc.array(fc.option(fc.nat({ max: USERS.length - 1 }), { nil: undefined, freq: 2 }), {
  minLength: USERS.length,
  maxLength: USERS.length,
});

const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase();

/** The sent calls, with the users they count for. */
export class World {
  readonly inputs: readonly Input[];
  readonly people: readonly Person[];
  readonly owners: ReadonlyMap<string, string>;

  constructor(inputs: readonly Input[], people: readonly Person[], owners: ReadonlyMap<string, string>) {
    this.inputs = inputs;
    this.people = people;
    this.owners = owners;
  }

  ownerOf({ who }: Input): Person | undefined {
    if (who === undefined) return undefined;
    const id = this.owners.get(USERS[who] ?? '') ?? USERS[who];
    return this.people.find((person) => person.id === id);
  }

  keeps(filter: Filter, input: Input): boolean {
    const { group, plan, q, model, service, tag } = filter;
    const owner = this.ownerOf(input);
    const texts = [
      owner?.id,
      owner?.group,
      owner?.plan === undefined ? undefined : JSON.stringify(owner.plan),
    ];
    return (
      (group === undefined || (owner?.group !== undefined && group.includes(owner.group))) &&
      (plan === undefined || (owner?.plan !== undefined && String(owner.plan) === plan)) &&
      (q === undefined ||
        (owner !== undefined && texts.some((text) => fold(text ?? '').includes(fold(q))))) &&
      (model === undefined || model.includes(input.model)) &&
      (service === undefined || input.service === service) &&
      (tag === undefined || input.tags.some((each) => tag.includes(each)))
    );
  }
}

export async function fill(
  collector: TestCollector,
  project: string,
  inputs: readonly Input[],
  people: readonly Person[],
): Promise<void> {
  const { 'gen_ai.usage.cost': _cost, ...unpriced } = call();
  // Profiles exist before the first call, and users without calls in the range have no row.
  const spans = inputs.map((input, at) => {
    const person = input.who === undefined ? undefined : people[input.who];
    return {
      id: at + 1,
      trace: at + 1,
      project,
      atMs: input.atMs - NOON_MS,
      service: input.service,
      attributes: {
        ...unpriced,
        ...(input.usd === undefined ? {} : { 'gen_ai.usage.cost': Number(input.usd) }),
        'gen_ai.request.model': input.model,
        'userspan.tags': [...input.tags],
        ...(input.thread === undefined ? {} : { 'session.id': input.thread }),
        ...(input.failed ? { 'error.type': 'timeout' } : {}),
        ...(person === undefined
          ? {}
          : user(person.id, {
              ...(person.group === undefined ? {} : { 'userspan.user.group': person.group }),
              ...(person.plan === undefined ? {} : { 'userspan.user.plan': person.plan }),
            })),
      },
    };
  });
  await collector.pipeline.write(batch(...spans));
}

/** Merges users if the collector accepts it, and returns for whom each one then counts. */
export async function merge(
  collector: TestCollector,
  project: string,
  merges: readonly (number | undefined)[],
  known: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  const canonicalOf = (id: string): string => owners.get(id) ?? id;
  for (const [at, into] of merges.entries()) {
    const [id, target] = [USERS[at], into === undefined ? undefined : USERS[into]];
    if (id === undefined || target === undefined || !known.has(id) || !known.has(target)) continue;
    const canonical = canonicalOf(target);
    if (owners.has(id) || canonical === id || !(await isMerged(collector, project, id, target))) continue;
    for (const [alias, owner] of owners) if (owner === id) owners.set(alias, canonical);
    owners.set(id, canonical);
  }
  return owners;
}

async function isMerged(
  collector: TestCollector,
  project: string,
  id: string,
  target: string,
): Promise<boolean> {
  // URL parsers resolve `..` in a path.
  const path = id === '..' ? '~/alias?id=..' : `${encodeURIComponent(id)}/alias`;
  const { status } = await collector.send('POST', `/api/users/${path}`, { userId: target }, project);
  return status === 200;
}
