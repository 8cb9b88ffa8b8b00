import { toUnits } from '@userspan/ledger';

/** A simple implementation of the ledger and alerts of one project to compare with, which keeps all calls in a list. */
export class MeterReference {
  calls: { readonly user: string; readonly day: number; cost: bigint; readonly isHouse: boolean }[] = [];
  readonly aliases = new Map<string, string>();
  readonly erasedMs = new Map<string, number>();
  price: bigint | undefined;
  /** The days on which an alert fired, by user. */
  readonly #fired = new Map<string, Set<number>>();
  readonly #active = new Set<string>();
  #reportedDay: number | undefined;
  readonly #writtenDay: number;

  /**
   * @param reportedDay - The day of the previous report, if any. @param writtenDay - The day on which the rule was
   * written.
   */
  constructor(reportedDay: number | undefined, writtenDay: number) {
    this.#reportedDay = reportedDay;
    this.#writtenDay = writtenDay;
  }

  canonical(id: string): string {
    return this.aliases.get(id) ?? id;
  }

  sums(day?: number): Map<string, bigint> {
    const sums = new Map<string, bigint>();
    for (const each of this.calls) {
      if (day !== undefined && each.day !== day) continue;
      const id = this.canonical(each.user);
      sums.set(id, (sums.get(id) ?? 0n) + each.cost);
    }
    return sums;
  }

  /**
   * Returns the messages of a rule of one dollar a day for each user, also for days that ended since the last report,
   * and when alerts are resolved.
   */
  report(day: number): string[] {
    const sent: string[] = [];
    // At most three ended days, and none before the rule was written.
    const first = Math.max(this.#reportedDay ?? 0, this.#writtenDay, day - 3);
    for (let each = first; each <= day; each += 1) {
      for (const [id, sum] of this.sums(each)) {
        const days = this.#fired.get(id) ?? new Set();
        if (sum < toUnits('1') || days.has(each)) continue;
        sent.push(`alert.fired ${id}`);
        this.#fired.set(id, days.add(each));
        this.#active.add(id);
      }
    }
    const sums = this.sums(day);
    for (const id of this.#active) {
      if ((sums.get(id) ?? 0n) >= toUnits('1')) continue;
      sent.push(`alert.resolved ${id}`);
      this.#active.delete(id);
    }
    this.#reportedDay = day;
    return sent.sort();
  }

  forget(id: string): void {
    this.#active.delete(id);
    this.#fired.delete(id);
  }
}
