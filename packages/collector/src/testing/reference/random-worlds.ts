import { env } from 'node:process';

import { sumExact } from '@userspan/pricing';
import fc from 'fast-check';
import { expect } from 'vitest';

import { everyday } from '../everyday-runs.ts';
import {
  fill,
  inputOf,
  merge,
  mergesOf,
  peopleOf,
  QUARTER_MS,
  questionOf,
  USERS,
  World,
} from './random-scope.ts';
import type { Input, Question } from './random-scope.ts';
import { openTestCollector } from '../test-collector.ts';
import type { MemoryAnswersOptions } from '../../storage/read/query/memory-answers.ts';
import type { TestCollector } from '../test-collector.ts';

/** The figures that are compared between rows of the API and calls of a test. */
export interface Figures {
  readonly calls: number;
  readonly unpricedCalls: number;
  readonly errors: number;
  readonly costExact: string | null;
}

export type Row = Figures & Readonly<Record<string, unknown>>;

/** Picks the compared figures of a row. */
export function pick({ calls, unpricedCalls, errors, costExact }: Figures): Figures {
  return { calls, unpricedCalls, errors, costExact };
}

/** Adds up calls. */
export function sumOf(inputs: readonly Input[]): Figures {
  const unpricedCalls = inputs.filter(({ usd }) => usd === undefined).length;
  const costExact = sumExact(inputs.map(({ usd }) => usd ?? '0'));
  return {
    calls: inputs.length,
    unpricedCalls,
    errors: inputs.filter(({ failed }) => failed).length,
    costExact: unpricedCalls > 0 && Number(costExact) === 0 ? null : costExact,
  };
}

/** Groups calls by keys and adds them up. A call with several keys counts for each of them. */
export function groupBy(
  inputs: readonly Input[],
  keysOf: (input: Input) => readonly string[],
): Record<string, Figures> {
  const groups = new Map<string, Input[]>();
  for (const input of inputs) {
    for (const key of keysOf(input)) {
      const list = groups.get(key) ?? [];
      list.push(input);
      groups.set(key, list);
    }
  }
  return Object.fromEntries([...groups].map(([key, own]) => [key, sumOf(own)]));
}

/** Returns the query parameters of a question. */
export function queryOf({ filter, range }: Question): string {
  const params = new URLSearchParams();
  const add = (name: string, values: readonly string[] | string | undefined): void => {
    for (const value of typeof values === 'string' ? [values] : (values ?? [])) params.append(name, value);
  };
  const { plan, ...others } = filter;
  add('prop.plan', plan);
  for (const [name, values] of Object.entries(others)) add(name, values);
  if (range.from !== undefined) add('from', String(range.from * QUARTER_MS));
  if (range.to !== undefined) add('to', String(range.to * QUARTER_MS));
  return params.toString();
}

/** Reads all rows of a list page by page. */
export async function rowsOf(
  get: <T>(path: string) => Promise<T>,
  path: string,
): Promise<{
  readonly rows: readonly Row[];
  readonly first: { readonly total: number; readonly totals: Row };
}> {
  const rows: Row[] = [];
  let first: { readonly total: number; readonly totals: Row } | undefined;
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: {
      readonly data: readonly Row[];
      readonly nextCursor: string | null;
      readonly total: number;
      readonly totals: Row;
    } = await get(`${path}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
    first ??= page;
    rows.push(...page.data);
    cursor = page.nextCursor ?? null;
  }
  if (first === undefined) throw new Error('no page');
  return { rows, first };
}

/**
 * Tests random questions about random calls of users, some of whom are merged. Each run has its own project.
 * `USERSPAN_PROPERTY_RUNS=50` sets the number of runs, and `USERSPAN_PROPERTY_SEED=…` repeats the runs of a seed.
 */
export async function inRandomWorlds(
  check: (collector: TestCollector, project: string, world: World, question: Question) => Promise<void>,
  recent?: MemoryAnswersOptions,
): Promise<void> {
  const collector = await openTestCollector('chdb', undefined, recent);
  let projects = 0;
  const numRuns = Number(env['USERSPAN_PROPERTY_RUNS'] ?? everyday(3));
  const seed = env['USERSPAN_PROPERTY_SEED'];
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(inputOf, { minLength: 1, maxLength: 60 }),
        peopleOf,
        mergesOf,
        fc.array(questionOf, { minLength: 3, maxLength: 6 }),
        async (inputs, people, merges, questions) => {
          projects += 1;
          const project = `p${projects}`;
          await fill(collector, project, inputs, people);
          const known = new Set(inputs.flatMap(({ who }) => (who === undefined ? [] : (USERS[who] ?? []))));
          const owners = await merge(collector, project, merges, known);
          const world = new World(inputs, people, owners);
          for (const question of questions) await check(collector, project, world, question);
        },
      ),
      {
        numRuns,
        endOnFailure: true,
        ...(seed === undefined ? {} : { seed: Number(seed) }),
      },
    );
    expect(projects).toBe(numRuns);
  } finally {
    await collector.close();
  }
}
