import { fromUnits, toUnits } from '@userspan/ledger';

import type { CallRow } from './call-row.ts';
import type { Cell, RowBuffer } from './row-buffer.ts';

interface Sums {
  seen: number;
  calls: number;
  priced: number;
  errors: number;
  claimed: number;
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  reasoningTokens: number;
  durationUs: bigint;
  cost: bigint;
}

interface Entry {
  readonly key: readonly Cell[];
  readonly sums: Sums;
}

interface ThreadEntry extends Entry {
  first: bigint;
  last: bigint;
}

/** Last second that the engine's `DateTime` can hold. */
const MAX_SECONDS = 4_294_967_295;
/** Last day that its `Date` can hold. */
const MAX_DAY = 65_535;
const NO_TAGS: readonly string[] = [];

function noSums(): Sums {
  return {
    seen: 0,
    calls: 0,
    priced: 0,
    errors: 0,
    claimed: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    reasoningTokens: 0,
    durationUs: 0n,
    cost: 0n,
  };
}

function cellsOf({ key, sums }: Entry): Cell[] {
  return [
    ...key,
    sums.seen,
    sums.calls,
    sums.priced,
    sums.errors,
    sums.claimed,
    sums.inputTokens,
    sums.outputTokens,
    sums.cachedTokens,
    sums.reasoningTokens,
    String(sums.durationUs),
    fromUnits(sums.cost),
  ];
}

function isNothing(sums: Sums): boolean {
  if (sums.calls !== 0 || sums.seen !== 0) return false;
  return Object.values(sums).every((sum) => sum === 0 || sum === 0n);
}

function add(sums: Sums, row: CallRow, sign: 1 | -1): void {
  sums.calls += sign;
  if (row.cost !== null) sums.priced += sign;
  if (row.error !== '') sums.errors += sign;
  if (row.user_claimed === 1) sums.claimed += sign;
  sums.inputTokens += sign * row.input_tokens;
  sums.outputTokens += sign * row.output_tokens;
  sums.cachedTokens += sign * row.cached_tokens;
  sums.reasoningTokens += sign * row.reasoning_tokens;
  sums.durationUs += BigInt(sign) * durationUs(row.duration_ns);
  if (row.cost !== null) sums.cost += sign === 1 ? toUnits(row.cost) : -toUnits(row.cost);
}

/** Whole microseconds, so that figures add up exactly. The check query rounds likewise. */
function durationUs(ns: string): bigint {
  return ns.length <= 3 ? 0n : BigInt(ns.slice(0, -3));
}

function hourOf(startNs: string): number {
  const seconds = startNs.length <= 9 ? 0 : Number(startNs.slice(0, -9));
  return Math.min(seconds - (seconds % 3600), MAX_SECONDS - (MAX_SECONDS % 3600));
}

/**
 * Gathers what a plan changes in the roll-ups.
 *
 * Every call adds its figures once; a correction takes the old ones back and adds the new ones. Sums of one key are
 * added up here, so that the store gets one row for each key.
 */
export class UsageDeltas {
  readonly #hours = new Map<string, Entry>();
  readonly #days = new Map<string, Entry>();
  readonly #totals = new Map<string, Entry>();
  readonly #threads = new Map<string, ThreadEntry>();

  /** Adds a call (`1`), or takes it back (`-1`). */
  call(row: CallRow, sign: 1 | -1): void {
    const { project, user_id: user, provider, model, service, operation, scope, tags } = row;
    const hour = hourOf(row.start_ns);
    const day = Math.min(Math.floor(hour / 86_400), MAX_DAY);
    const what = [provider, model, service, operation, scope, tags];
    const suffix = `\0${provider}\0${model}\0${service}\0${operation}\0${scope}\0${tags.join('\x01')}`;
    add(
      entry(this.#hours, `${hour}\0${project}\0${user}${suffix}`, () => [project, hour, user, ...what]),
      row,
      sign,
    );
    add(
      entry(this.#days, `${day}\0${project}\0${user}${suffix}`, () => [project, day, user, ...what]),
      row,
      sign,
    );
    const attributed = user === '' ? 0 : 1;
    const totalKey = `${hour}\0${project}\0${attributed}${suffix}`;
    add(
      entry(this.#totals, totalKey, () => [project, hour, attributed, ...what]),
      row,
      sign,
    );
    if (row.thread_id !== '') this.#thread(row, sign);
  }

  /** Notes that a user was named by a span: a user without calls is a user too. */
  seen(project: string, user: string, startNs: string, service: string): void {
    const hour = hourOf(startNs);
    const day = Math.min(Math.floor(hour / 86_400), MAX_DAY);
    const what = ['', '', service, '', '', NO_TAGS];
    const suffix = `\0\0\0${service}\0\0\0`;
    entry(this.#hours, `${hour}\0${project}\0${user}${suffix}`, () => [
      project,
      hour,
      user,
      ...what,
    ]).seen += 1;
    entry(this.#days, `${day}\0${project}\0${user}${suffix}`, () => [project, day, user, ...what]).seen += 1;
  }

  writeTo(rows: RowBuffer): void {
    for (const each of this.#hours.values()) if (!isNothing(each.sums)) rows.add('usage_hour', cellsOf(each));
    for (const each of this.#days.values()) if (!isNothing(each.sums)) rows.add('usage_day', cellsOf(each));
    for (const each of this.#totals.values())
      if (!isNothing(each.sums)) rows.add('totals_hour', cellsOf(each));
    for (const each of this.#threads.values()) {
      if (isNothing(each.sums)) continue;
      rows.add('threads', cellsOf({ ...each, key: [...each.key, String(each.first), String(each.last)] }));
    }
  }

  #thread(row: CallRow, sign: 1 | -1): void {
    const key = `${row.project}\0${row.user_id}\0${row.thread_id}`;
    const first = BigInt(row.start_ns);
    const last = first + BigInt(row.duration_ns);
    let found = this.#threads.get(key);
    if (found === undefined) {
      found = { key: [row.project, row.user_id, row.thread_id], sums: noSums(), first, last };
      this.#threads.set(key, found);
    }
    if (first < found.first) found.first = first;
    if (last > found.last) found.last = last;
    add(found.sums, row, sign);
  }
}

function entry(entries: Map<string, Entry>, key: string, makeKey: () => readonly Cell[]): Sums {
  let found = entries.get(key);
  if (found === undefined) {
    found = { key: makeKey(), sums: noSums() };
    entries.set(key, found);
  }
  return found.sums;
}
