const MINUTE_MS = 60_000;

/** Day, month and quarter of a time in a time zone. */
export interface CalendarDay {
  /** `2026-11-29` */
  readonly day: string;
  /** `2026-11` */
  readonly month: string;
  /** `2026-Q4` */
  readonly quarter: string;
}

/** A month or quarter that has not ended. */
export interface Period {
  readonly name: string;
  /** Start and end in milliseconds since the Unix epoch. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Reads the days of a time zone. */
export class Calendar {
  readonly #format: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  }

  dayOf(ms: number): CalendarDay {
    const { year, month, day } = this.#partsOf(ms);
    const two = (value: number): string => String(value).padStart(2, '0');
    return {
      day: `${year}-${two(month)}-${two(day)}`,
      month: `${year}-${two(month)}`,
      quarter: `${year}-Q${Math.ceil(month / 3)}`,
    };
  }

  /** The month and quarter of a time. */
  periodsOf(ms: number): { readonly month: Period; readonly quarter: Period } {
    const { year, month } = this.#partsOf(ms);
    const first = Math.floor((month - 1) / 3) * 3 + 1;
    const named = this.dayOf(ms);
    return {
      month: { name: named.month, fromMs: this.#startOf(year, month), toMs: this.#startOf(year, month + 1) },
      quarter: {
        name: named.quarter,
        fromMs: this.#startOf(year, first),
        toMs: this.#startOf(year, first + 3),
      },
    };
  }

  /** Midnight of the first day of a month, or the first moment of the day if clocks skip midnight. */
  #startOf(year: number, month: number): number {
    const wanted = Date.UTC(year, month - 1, 1);
    // The offset of the guess may be from the other side of a clock change; the second iteration has the right one.
    const guess = wanted - this.#offsetMs(wanted);
    const start = wanted - this.#offsetMs(guess);
    return this.#partsOf(start).day === 1 ? start : guess;
  }

  #offsetMs(ms: number): number {
    const { year, month, day, hour, minute } = this.#partsOf(ms);
    return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(ms / MINUTE_MS) * MINUTE_MS;
  }

  #partsOf(ms: number): Record<'year' | 'month' | 'day' | 'hour' | 'minute', number> {
    const parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0 };
    for (const { type, value } of this.#format.formatToParts(ms)) {
      if (Object.hasOwn(parts, type)) parts[type as keyof typeof parts] = Number(value);
    }
    return parts;
  }
}
