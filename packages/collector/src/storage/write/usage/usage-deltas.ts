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
 * Gathers what a write batch changes in the roll-ups.
 *
 * Every call adds its figures once; a correction takes the old ones back and adds the new ones. Sums of one key are
 * added up here, so that the store gets one row for each key: by the minute as calls come, and from those by day and in total.
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

  /** Adds a call (`1`), or takes it back (`-1`). */
  call(row: CallRow, sign: 1 | -1): void {
    const user = this.#numberOf(row.project, row.user_id);
    const figures = figuresOf(row, sign);
    const what = this.#dimensions.of(row);
    this.#minutes.add(user, minuteOf(secondOf(row.start_ns)), what, figures);
    if (row.thread_id !== '') this.#threads.add(user, row, figures);
  }

  /** Notes that a user was named by a span: a user without calls is a user too. */
  seen(project: string, user: string, startNs: bigint, service: string): void {
    this.#minutes.name(
      this.#numberOf(project, user),
      minuteOf(Number(boundedNs(startNs) / NS_PER_SECOND)),
      this.#dimensions.ofService(service),
      1,
    );
  }

  /** `batch` names the write batch, so that readers of changes know which ones they have seen. */
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

  /** The same without users: only whether there is one. */
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
