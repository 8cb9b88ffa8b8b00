import { TOTALS_TABLES, USAGE_TABLES } from '../../engine/schema.ts';
import { boundedNs } from '../call-row.ts';
import type { CallRow } from '../call-row.ts';
import { DimensionTable } from './dimension-table.ts';
import type { RowBuffer, TableRows } from '../row-buffer.ts';
import { ThreadSums } from './thread-sums.ts';
import { figuresOf } from './usage-sums.ts';
import { UserSums } from './user-sums.ts';

/** Last second that the engine's `DateTime` can hold. */
const MAX_SECONDS = 4_294_967_295;
const NS_PER_SECOND = 1_000_000_000n;
const MINUTE_SECONDS = 60;
const QUARTER_SECONDS = 900;
const MINUTES_PER_QUARTER = 15;
const MINUTES_PER_DAY = 1440;
const MAX_MINUTE = Math.floor(MAX_SECONDS / MINUTE_SECONDS);
/** Last day that its `Date` can hold. */
const MAX_DAY = 65_535;

function secondOf(startNs: string): number {
  return startNs.length <= 9 ? 0 : Number(startNs.slice(0, -9));
}

function minuteOf(second: number): number {
  return Math.min(Math.floor(second / MINUTE_SECONDS), MAX_MINUTE);
}

function dayOf(minute: number): number {
  return Math.min(Math.floor(minute / MINUTES_PER_DAY), MAX_DAY);
}

/**
 * The changes of the roll-ups that belong to a write batch.
 *
 * A new call adds its figures once. A correction subtracts the figures of the old row and adds those of the new one; the
 * rows of roll-ups are signed, and the engine adds them up. Figures of one key are added up here first, so that the store
 * gets one row per key.
 *
 * Besides calls, spans name users. `seen` counts these spans, so that a user without calls is listed too. Its rows have
 * no dimensions but the service; {@link UserSums.write} merges them with rows of calls where it can.
 *
 * Only sums per minute and per thread are kept while the batch is built. `writeTo` derives the sums per day and those of
 * the project from the sums per minute, so they cannot disagree. Users, dimensions and times are numbers here, in typed
 * arrays: a batch has tens of thousands of sums, and objects with names would be copied by the garbage collector.
 *
 * The rows are part of the same write batch as the calls: after a crash, both are inserted again under the same tokens.
 */
export class UsageDeltas {
  readonly #dimensions = new DimensionTable();
  /** The numbers of users, by project. */
  readonly #numbers = new Map<string, Map<string, number>>();
  /** Projects and ids of users, by their numbers. */
  readonly #projects: string[] = [];
  readonly #ids: string[] = [];
  readonly #minutes = new UserSums();
  readonly #threads = new ThreadSums();

  /** Adds the figures of a call (`1`) or subtracts them (`-1`). */
  call(row: CallRow, sign: 1 | -1): void {
    const user = this.#numberOf(row.project, row.user_id);
    const figures = figuresOf(row, sign);
    const dimensions = this.#dimensions.of(row);
    this.#minutes.add(user, minuteOf(secondOf(row.start_ns)), dimensions, figures);
    if (row.thread_id !== '') this.#threads.add(user, row, figures);
  }

  /** Notes that a span names a user. */
  seen(project: string, user: string, startNs: bigint, service: string): void {
    this.#minutes.name(
      this.#numberOf(project, user),
      minuteOf(Number(boundedNs(startNs) / NS_PER_SECOND)),
      this.#dimensions.ofService(service),
      1,
    );
  }

  /** Writes all rows. Readers of `usage_changes` recognise a write batch that they have read by `batch`, its id. */
  writeTo(rows: RowBuffer, batch: string): void {
    const days = new UserSums();
    days.addSums(this.#minutes, (user) => user, dayOf);
    days.addNames(this.#minutes, dayOf);
    this.#writeUsers(rows.of(USAGE_TABLES.minute), this.#minutes, MINUTE_SECONDS);
    this.#writeUsers(rows.of(USAGE_TABLES.day), days, 1);
    const threads = rows.of('threads');
    this.#threads.write(threads, (user) => {
      threads.cell(this.#projectOf(user));
      threads.cell(this.#idOf(user));
    });
    this.#writeTotals(rows);
    const changes = rows.of('usage_changes');
    for (const [user, id] of this.#ids.entries()) {
      changes.cell(batch);
      changes.cell(this.#projectOf(user));
      changes.cell(id);
      changes.end();
    }
  }

  #writeUsers(rows: TableRows, sums: UserSums, unit: number): void {
    sums.write(rows, (user, at) => {
      rows.cell(this.#projectOf(user));
      rows.cell(at * unit);
      rows.cell(this.#idOf(user));
    });
  }

  /** Writes the sums of each project: those of calls with a user, and those of calls without one. */
  #writeTotals(rows: RowBuffer): void {
    const projects: string[] = [];
    const numbers = new Map<string, number>();
    // Two numbers for each project: without a user, and with one.
    const numberOf = (user: number): number => {
      const project = this.#projectOf(user);
      let number = numbers.get(project);
      if (number === undefined) {
        number = projects.push(project) - 1;
        numbers.set(project, number);
      }
      return number * 2 + (this.#idOf(user) === '' ? 0 : 1);
    };
    const minutes = new UserSums();
    minutes.addSums(this.#minutes, numberOf, (minute) => minute);
    const quarters = new UserSums();
    quarters.addSums(
      minutes,
      (number) => number,
      (minute) => Math.floor(minute / MINUTES_PER_QUARTER),
    );
    const write = (table: TableRows, totals: UserSums, unit: number): void => {
      totals.write(table, (number, at) => {
        table.cell(projects[number >> 1] ?? '');
        table.cell(at * unit);
        table.cell(number & 1);
      });
    };
    write(rows.of(TOTALS_TABLES.minute), minutes, MINUTE_SECONDS);
    write(rows.of(TOTALS_TABLES.quarter), quarters, QUARTER_SECONDS);
  }

  #projectOf(user: number): string {
    return this.#projects[user] ?? '';
  }

  #idOf(user: number): string {
    return this.#ids[user] ?? '';
  }

  #numberOf(project: string, id: string): number {
    let numbers = this.#numbers.get(project);
    if (numbers === undefined) {
      numbers = new Map();
      this.#numbers.set(project, numbers);
    }
    let number = numbers.get(id);
    if (number === undefined) {
      number = this.#ids.push(id) - 1;
      this.#projects.push(project);
      numbers.set(id, number);
    }
    return number;
  }
}
