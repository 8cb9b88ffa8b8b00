import type { CallRow } from './call-row.ts';
import { DimensionTable } from './dimension-table.ts';
import type { Dimensions } from './dimension-table.ts';
import type { RowBuffer } from './row-buffer.ts';
import { addSums, cellsOf, figuresOf, isNothing, noSums } from './usage-sums.ts';
import type { Sums } from './usage-sums.ts';

/** What was used in one piece of time, an hour or a day, by one set of dimensions. */
interface Entry {
  /** Number of the hour or day since the epoch. */
  readonly at: number;
  readonly what: Dimensions;
  readonly sums: Sums;
}

interface ThreadEntry {
  readonly sums: Sums;
  first: bigint;
  last: bigint;
}

/** Entries by time and dimensions, in one number for both. */
type Entries = Map<number, Entry>;

interface UserEntries {
  readonly project: string;
  readonly user: string;
  readonly hours: Entries;
  /** Hours in which spans named the user. */
  readonly seen: Entries;
  readonly threads: Map<string, ThreadEntry>;
}

/** Last second that the engine's `DateTime` can hold, and its hour. */
const MAX_SECONDS = 4_294_967_295;
const MAX_HOUR = Math.floor(MAX_SECONDS / 3600);
/** Last day that its `Date` can hold. */
const MAX_DAY = 65_535;
/** An hour takes 21 bits, so that with 32 more for the dimensions a number is whole. */
const HOUR_STEP = 2 ** 32;

function hourOf(startNs: string): number {
  const seconds = startNs.length <= 9 ? 0 : Number(startNs.slice(0, -9));
  return Math.min(Math.floor(seconds / 3600), MAX_HOUR);
}

/**
 * Gathers what a plan changes in the roll-ups.
 *
 * Every call adds its figures once; a correction takes the old ones back and adds the new ones. Sums of one key are
 * added up here, so that the store gets one row for each key: by hour as calls come, and from those by day and in total.
 */
export class UsageDeltas {
  readonly #dimensions = new DimensionTable();
  readonly #users = new Map<string, UserEntries>();

  /** Adds a call (`1`), or takes it back (`-1`). */
  call(row: CallRow, sign: 1 | -1): void {
    const user = this.#user(row.project, row.user_id);
    const figures = figuresOf(row, sign);
    addSums(entryAt(user.hours, hourOf(row.start_ns), this.#dimensions.of(row)).sums, figures);
    if (row.thread_id === '') return;
    const first = BigInt(row.start_ns);
    const last = first + BigInt(row.duration_ns);
    let thread = user.threads.get(row.thread_id);
    if (thread === undefined) {
      thread = { sums: noSums(), first, last };
      user.threads.set(row.thread_id, thread);
    }
    if (first < thread.first) thread.first = first;
    if (last > thread.last) thread.last = last;
    addSums(thread.sums, figures);
  }

  /** Notes that a user was named by a span: a user without calls is a user too. */
  seen(project: string, user: string, startNs: string, service: string): void {
    const { seen } = this.#user(project, user);
    entryAt(seen, hourOf(startNs), this.#dimensions.ofService(service)).sums.seen += 1;
  }

  writeTo(rows: RowBuffer): void {
    const totals = new Map<string, Entries>();
    for (const { project, user, hours, seen, threads } of this.#users.values()) {
      const total = totalsOf(totals, `${project}\0${user === '' ? 0 : 1}`);
      for (const { at, what, sums } of hours.values()) addSums(entryAt(total, at, what).sums, sums);
      const [days, seenDays] = [byDay(hours), byDay(seen)];
      for (const each of withSeen(hours, seen)) {
        rows.add('usage_hour', [project, each.at * 3600, user, ...each.what.cells, ...cellsOf(each.sums)]);
      }
      for (const each of withSeen(days, seenDays)) {
        rows.add('usage_day', [project, each.at, user, ...each.what.cells, ...cellsOf(each.sums)]);
      }
      for (const [thread, { sums, first, last }] of threads) {
        if (isNothing(sums)) continue;
        rows.add('threads', [project, user, thread, String(first), String(last), ...cellsOf(sums)]);
      }
    }
    for (const [key, entries] of totals) {
      const project = key.slice(0, -2);
      const attributed = Number(key.slice(-1));
      for (const { at, what, sums } of entries.values()) {
        if (isNothing(sums)) continue;
        rows.add('totals_hour', [project, at * 3600, attributed, ...what.cells, ...cellsOf(sums)]);
      }
    }
  }

  #user(project: string, user: string): UserEntries {
    const key = `${project}\0${user}`;
    let found = this.#users.get(key);
    if (found === undefined) {
      found = { project, user, hours: new Map(), seen: new Map(), threads: new Map() };
      this.#users.set(key, found);
    }
    return found;
  }
}

function totalsOf(totals: Map<string, Entries>, key: string): Entries {
  let entries = totals.get(key);
  if (entries === undefined) {
    entries = new Map();
    totals.set(key, entries);
  }
  return entries;
}

function entryAt(entries: Entries, at: number, what: Dimensions): Entry {
  const key = at * HOUR_STEP + what.number;
  let found = entries.get(key);
  if (found === undefined) {
    found = { at, what, sums: noSums() };
    entries.set(key, found);
  }
  return found;
}

function byDay(hours: Entries): Entries {
  const days: Entries = new Map();
  for (const { at, what, sums } of hours.values()) {
    addSums(entryAt(days, Math.min(Math.floor(at / 24), MAX_DAY), what).sums, sums);
  }
  return days;
}

/**
 * Entries with the times that the user was named, which go along with calls of the same time and service where there
 * are any: half as many rows for the store to add up.
 */
function* withSeen(entries: Entries, seen: Entries): Generator<Entry> {
  for (const entry of entries.values()) {
    const { at, what, sums } = entry;
    if (isNothing(sums)) continue;
    const key = at * HOUR_STEP + what.ofService;
    const named = sums.calls > 0 ? seen.get(key) : undefined;
    if (named !== undefined) {
      sums.seen += named.sums.seen;
      seen.delete(key);
    }
    yield entry;
  }
  yield* seen.values();
}
