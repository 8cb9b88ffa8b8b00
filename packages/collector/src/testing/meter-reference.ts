import { toUnits } from '@userspan/ledger';

/** What the ledger and the alerts of one project have to be: every call in a list, and every sum worked out from it. */
export class MeterReference {
  calls: { readonly user: string; readonly day: number; cost: bigint; readonly isHouse: boolean }[] = [];
  readonly aliases = new Map<string, string>();
  readonly erasedMs = new Map<string, number>();
  price: bigint | undefined;
  /** Days on which users fired. */
  readonly #fired = new Map<string, Set<number>>();
  readonly #active = new Set<string>();
  #reportedDay: number | undefined;
  readonly #writtenDay: number;

  /** @param reportedDay - Of the report before, if there was one. @param writtenDay - On which the rule was written. */
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

  /** A dollar a day, once a day for each user, also of days that ended since the last report; and when it is not so any more. */
  report(day: number): string[] {
    const sent: string[] = [];
    // No more than three days that ended, and none from before the rule.
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
