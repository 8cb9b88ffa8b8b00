import { MINUTE_HORIZON } from '../../engine/schema.ts';
import type { CallRow } from '../call-row.ts';
import { DimensionTable } from './dimension-table.ts';
import type { Dimensions } from './dimension-table.ts';
import type { RowBuffer } from '../row-buffer.ts';
import { SumsTable } from './sums-table.ts';
import { addSums, cellsOf, figuresOf, isNothing } from './usage-sums.ts';
import type { Sums } from './usage-sums.ts';
import { UserSums } from './user-sums.ts';

/** What a project used in one minute or quarter of an hour, with or without users, by one set of dimensions. */
interface Total {
  readonly project: string;
  readonly attributed: 0 | 1;
  /** Number of the minute or quarter since the epoch. */
  readonly at: number;
  readonly what: Dimensions;
  readonly sums: Sums;
}

/** A thread, by the number of its user. */
interface Thread {
  readonly user: number;
  readonly id: string;
  readonly claimed: 0 | 1;
  readonly row: number;
  first: bigint;
  last: bigint;
}

/** Last second that the engine's `DateTime` can hold, and its quarter of an hour. */
const MAX_SECONDS = 4_294_967_295;
const QUARTER_SECONDS = 900;
const QUARTERS_PER_DAY = 96;
const MAX_QUARTER = Math.floor(MAX_SECONDS / QUARTER_SECONDS);
const MAX_MINUTE = Math.floor(MAX_SECONDS / 60);
/** Last day that its `Date` can hold. */
const MAX_DAY = 65_535;

function secondOf(startNs: string): number {
  return startNs.length <= 9 ? 0 : Number(startNs.slice(0, -9));
}

function quarterOf(startNs: string): number {
  return Math.min(Math.floor(secondOf(startNs) / QUARTER_SECONDS), MAX_QUARTER);
}

/** Whether a call is kept by the minute: windows of alerts do not reach further back. */
function isKeptByMinute({ start_ns, received }: CallRow): boolean {
  const second = secondOf(start_ns);
  return second >= received - MINUTE_HORIZON.pastSeconds && second <= received + MINUTE_HORIZON.futureSeconds;
}

function dayOf(quarter: number): number {
  return Math.min(Math.floor(quarter / QUARTERS_PER_DAY), MAX_DAY);
}

/**
 * Gathers what a plan changes in the roll-ups.
 *
 * Every call adds its figures once; a correction takes the old ones back and adds the new ones. Sums of one key are
 * added up here, so that the store gets one row for each key: by the quarter of an hour as calls come, and from those by day and in total.
 */
export class UsageDeltas {
  readonly #dimensions = new DimensionTable();
  readonly #numbers = new Map<string, number>();
  readonly #users: { readonly project: string; readonly id: string }[] = [];
  readonly #quarters = new UserSums();
  readonly #minutes = new UserSums();
  readonly #threads = new Map<string, Thread>();
  readonly #threadSums = new SumsTable();

  /** Adds a call (`1`), or takes it back (`-1`). */
  call(row: CallRow, sign: 1 | -1): void {
    const user = this.#numberOf(row.project, row.user_id);
    const figures = figuresOf(row, sign);
    const what = this.#dimensions.of(row);
    this.#quarters.add(user, quarterOf(row.start_ns), what, figures);
    if (isKeptByMinute(row)) {
      const minute = Math.min(Math.floor(secondOf(row.start_ns) / 60), MAX_MINUTE);
      this.#minutes.add(user, minute, what, figures);
    }
    if (row.thread_id === '') return;
    const first = BigInt(row.start_ns);
    const last = first + BigInt(row.duration_ns);
    const claimed = row.user_claimed;
    const key = `${user}\0${claimed}\0${row.thread_id}`;
    let thread = this.#threads.get(key);
    if (thread === undefined) {
      thread = { user, id: row.thread_id, claimed, row: this.#threadSums.begin(), first, last };
      this.#threads.set(key, thread);
    }
    if (first < thread.first) thread.first = first;
    if (last > thread.last) thread.last = last;
    this.#threadSums.add(thread.row, figures);
  }

  /** Notes that a user was named by a span: a user without calls is a user too. */
  seen(project: string, user: string, startNs: string, service: string): void {
    this.#quarters.name(
      this.#numberOf(project, user),
      quarterOf(startNs),
      this.#dimensions.ofService(service),
      1,
    );
  }

  /** `batch` names the write batch, so that readers of changes know which ones they have seen. */
  writeTo(rows: RowBuffer, batch: string): void {
    const days = new UserSums();
    for (const { user, at, what, sums } of this.#quarters.sums()) days.add(user, dayOf(at), what, sums);
    for (const { user, at, what, times } of this.#quarters.names()) days.name(user, dayOf(at), what, times);
    for (const [table, unit, all] of [
      ['usage_minute', 60, this.#minutes],
      ['usage_quarter', QUARTER_SECONDS, this.#quarters],
      ['usage_day', 1, days],
    ] as const) {
      for (const { user, at, what, sums } of all.sumsWithNames()) {
        const { project, id } = this.#userAt(user);
        rows.add(table, [project, at * unit, id, ...what.cells, ...cellsOf(sums)]);
      }
    }
    for (const { user, id: thread, claimed, row, first, last } of this.#threads.values()) {
      const sums = this.#threadSums.sumsOf(row);
      if (isNothing(sums)) continue;
      const { project, id } = this.#userAt(user);
      rows.add('threads', [project, id, thread, String(first), String(last), claimed, ...cellsOf(sums)]);
    }
    for (const [table, unit, all] of [
      ['totals_minute', 60, this.#minutes],
      ['totals_quarter', QUARTER_SECONDS, this.#quarters],
    ] as const) {
      for (const { project, attributed, at, what, sums } of this.#totalsOf(all)) {
        if (isNothing(sums)) continue;
        rows.add(table, [project, at * unit, attributed, ...what.cells, ...cellsOf(sums)]);
      }
    }
    for (const { project, id } of this.#users) rows.add('usage_changes', [batch, project, id]);
  }

  /** The same without users: only whether there is one. */
  #totalsOf(all: UserSums): Iterable<Total> {
    const totals = new Map<string, Total>();
    for (const { user, at, what, sums } of all.sums()) {
      const { project, id } = this.#userAt(user);
      const attributed = id === '' ? 0 : 1;
      const key = `${what.number}\0${at}\0${attributed}\0${project}`;
      const total = totals.get(key);
      if (total === undefined) totals.set(key, { project, attributed, at, what, sums });
      else addSums(total.sums, sums);
    }
    return totals.values();
  }

  #userAt(user: number): { readonly project: string; readonly id: string } {
    const found = this.#users[user];
    if (found === undefined) throw new RangeError(`no user ${user}`);
    return found;
  }

  #numberOf(project: string, id: string): number {
    const key = `${project}\0${id}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#users.push({ project, id }) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}
