import { fromUnits } from '@userspan/ledger';

import { retryAfterMs } from '../alerts/delivery/post.ts';
import type { Storage } from '../storage/storage.ts';
import type { VersionedWriter } from '../storage/write/alerting/versioned-writer.ts';
import { BATCH_SIZES, REMEMBERED_MS, sendEvents } from './billers.ts';
import { billedUnits } from './exporter.ts';
import type { ExporterSecrets } from './exporter.ts';
import { identifierOf } from './meter-event.ts';
import type { MeterEvent, MeterEventState } from './meter-event.ts';
import { readFirstKeptDay, writeFirstKeptDay } from '../maintenance/kept-days.ts';
import {
  guessFirstKeptDay,
  NO_EVENTS,
  readBothSides,
  readCustomers,
  readMeterDays,
  reconcileMeter,
} from './meter-ledger.ts';
import type { MeterSubject, Reconciliation } from './meter-ledger.ts';

export interface MeterOptions {
  readonly store: Pick<Storage, 'alerting' | 'metering'>;
  readonly writer: VersionedWriter;
  readonly clock: () => number;
  readonly allowsPrivate: boolean;
  readonly maySend?: () => boolean;
  /** Time limit for an answer of a biller. Default 15 s. */
  readonly timeoutMs?: number;
}

/** An exporter with its key, of one project. */
export interface MeterTarget extends MeterSubject {
  readonly secrets: ExporterSecrets;
}

/** The result of a run or of its dry run. */
export interface MeterRun {
  /** Events that were created, or that would be sent. */
  readonly events: readonly MeterEvent[];
  readonly sent: number;
  readonly pending: number;
  readonly problem: string | null;
}

/** The outcome of sending events. Events that are neither sent nor refused are sent again later. */
interface Sending {
  readonly sent: number;
  readonly refused: number;
  readonly waiting: number;
  readonly problem: string | null;
}

const MAX_BACKOFF_MS = 3_600_000;
/** An event that a biller has refused is sent alone, so that it does not delay others. */
const REFUSED_BATCH = 1;

/**
 * Sends differences to billers.
 *
 * Events are stored before they are sent. A process that ends at any point sends the same events again with the same
 * identifiers, which billers deduplicate. Later changes (late calls, new prices, an alias, an erasure) become the
 * difference of a later event.
 *
 * If a biller is down, all events are retried later. If it refuses an event (such as one of an unknown customer), it
 * still gets the events of other customers; further usage of the refused customer waits until its event is accepted.
 *
 * If a biller remembers identifiers for a limited time, an event is only sent again within that time. The time of the
 * first attempt is stored before the attempt, so that this also works after a crash.
 */
export class Meter {
  readonly #options: MeterOptions;
  readonly #fingerprints = new Map<string, string>();
  readonly #nextMs = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #running = new Map<string, Promise<unknown>>();
  #isFirstKeptDayStored = false;

  constructor(options: MeterOptions) {
    this.#options = options;
  }

  /** Creates and sends due events; with `isDryRun` only returns them. Runs of one exporter do not overlap. */
  run(target: MeterTarget, isDryRun = false): Promise<MeterRun> {
    return this.#alone(target, async () => {
      const { isDown: _isDown, ...run } = isDryRun ? await this.#dryRun(target) : await this.#run(target);
      return run;
    });
  }

  /** Runs the exporters that are due. */
  async runDue(targets: readonly MeterTarget[], nowMs: number): Promise<void> {
    for (const target of targets) {
      const { exporter } = target;
      const key = keyOf(target);
      if (!exporter.enabled || exporter.everySeconds === 0 || nowMs < (this.#nextMs.get(key) ?? 0)) continue;
      const { isDown } = await this.#alone(target, () => this.#run(target));
      const failures = isDown ? (this.#failures.get(key) ?? 0) + 1 : 0;
      this.#failures.set(key, failures);
      const backoff = Math.min(15_000 * 2 ** failures, MAX_BACKOFF_MS);
      const asked = this.#nextMs.get(key) ?? 0;
      this.#nextMs.set(key, Math.max(asked, nowMs + (failures > 0 ? backoff : exporter.everySeconds * 1000)));
    }
  }

  reconcile(target: MeterSubject): Promise<Reconciliation> {
    return reconcileMeter(this.#options.store, target);
  }

  /**
   * Decides about uncertain events, after someone has checked whether the biller has them: they become `sent`, or
   * `pending` and are sent again. Without `as` they are only listed.
   */
  decideUncertain(target: MeterSubject, as: 'sent' | 'pending' | undefined): Promise<readonly MeterEvent[]> {
    return this.#alone(target, async () => {
      const events = await this.#read(target, 'uncertain');
      if (as !== undefined) {
        await this.#save(
          target,
          events.map(({ unansweredMs: _unansweredMs, ...event }) => event),
          as,
        );
      }
      return events;
    });
  }

  #alone<T>(target: MeterSubject, work: () => Promise<T>): Promise<T> {
    const key = keyOf(target);
    const next = (this.#running.get(key) ?? Promise.resolve()).then(work, work);
    this.#running.set(key, next);
    return next;
  }

  async #dryRun(target: MeterTarget): Promise<MeterRun & { readonly isDown: boolean }> {
    const waiting = await this.#read(target, 'pending');
    const { events } = await this.#differences(target, { isDryRun: true, blocked: new Set() });
    const all = [...waiting, ...events];
    return { events: all, sent: 0, pending: all.length, problem: null, isDown: false };
  }

  async #run(target: MeterTarget): Promise<MeterRun & { readonly isDown: boolean }> {
    await this.#storeFirstKeptDay();
    const waiting = await this.#read(target, 'pending');
    const first = await this.#send(target, waiting);
    const { maySend = () => true } = this.#options;
    // While a biller is down, no events are created, so that it later gets one event with the whole difference.
    if (first.waiting > 0 || !maySend()) {
      const pending = first.waiting + first.refused;
      return { events: [], sent: first.sent, pending, problem: first.problem, isDown: first.waiting > 0 };
    }
    const refused = first.refused === 0 ? [] : await this.#read(target, 'pending');
    const blocked = new Set(refused.map(({ customer }) => customer));
    const { events, prints } = await this.#differences(target, { isDryRun: false, blocked });
    if (!maySend()) return { events: [], sent: first.sent, pending: 0, problem: null, isDown: true };
    await this.#save(target, events, 'pending');
    for (const [key, print] of prints) this.#fingerprints.set(key, print);
    const second = await this.#send(target, events);
    return {
      events,
      sent: first.sent + second.sent,
      pending: first.refused + second.refused + second.waiting,
      problem: second.problem ?? first.problem,
      isDown: second.waiting > 0,
    };
  }

  /** Stores the first kept day, once per store: later, a day without usage means that its usage was erased. */
  async #storeFirstKeptDay(): Promise<void> {
    if (this.#isFirstKeptDayStored) return;
    const { store, writer } = this.#options;
    if ((await readFirstKeptDay(store)) === undefined) {
      await writeFirstKeptDay(store, writer, await guessFirstKeptDay(store));
    }
    this.#isFirstKeptDayStored = true;
  }

  async #differences(
    target: MeterTarget,
    { isDryRun, blocked }: { readonly isDryRun: boolean; readonly blocked: ReadonlySet<string> },
  ): Promise<{ readonly events: MeterEvent[]; readonly prints: ReadonlyMap<string, string> }> {
    const { project, exporter } = target;
    const { store, clock } = this.#options;
    const prints = new Map<string, string>();
    const events: MeterEvent[] = [];
    const { days, fingerprints } = await readMeterDays(store, target);
    const { directory, revision } = await readCustomers(store, target);
    for (const day of days) {
      const key = `${keyOf(target)}\0${day}`;
      const print = `${fingerprints.get(day) ?? ''} ${revision} ${JSON.stringify(exporter)}`;
      if (!isDryRun && this.#fingerprints.get(key) === print) continue;
      let isWhole = true;
      const { used, events: known } = await readBothSides(store, target, day, directory);
      for (const each of new Set([...used.keys(), ...known.keys()])) {
        const [customer = '', model = ''] = each.split('\0');
        const before = known.get(each) ?? NO_EVENTS;
        const quantity = used.get(each) ?? 0n;
        // Computed from totals, so that rounding never loses anything, and a new mark-up applies to later usage only.
        const amount = billedUnits(exporter, quantity) - billedUnits(exporter, before.quantity);
        if (customer === '' || amount === 0n) continue;
        if (blocked.has(customer)) {
          isWhole = false;
          continue;
        }
        const content = { customer, day, model, sequence: before.sequence + 1, amount: fromUnits(amount) };
        events.push({
          ...content,
          identifier: identifierOf(project, exporter.id, content),
          quantity: fromUnits(quantity - before.quantity),
          createdMs: clock(),
        });
      }
      if (isWhole) prints.set(key, print);
    }
    return { events, prints };
  }

  async #send(target: MeterTarget, events: readonly MeterEvent[]): Promise<Sending> {
    const { exporter } = target;
    const { clock } = this.#options;
    const remembered = REMEMBERED_MS[exporter.type];
    const isForgotten = ({ unansweredMs }: MeterEvent): boolean =>
      remembered !== undefined && unansweredMs !== undefined && clock() - unansweredMs >= remembered;
    // The biller may have the event and would no longer recognize a repeated one, so a person has to check.
    await this.#save(target, events.filter(isForgotten), 'uncertain');
    const due = events.filter((event) => !isForgotten(event));
    const batches = [
      ...batchesOf(
        due.filter(({ refusal }) => refusal === undefined),
        BATCH_SIZES[exporter.type],
      ),
      ...batchesOf(
        due.filter(({ refusal }) => refusal !== undefined),
        REFUSED_BATCH,
      ),
    ];
    let sent = 0;
    let refused = 0;
    let problem: string | null = null;
    for (const batch of batches) {
      const answer = await this.#sendBatch(target, batch);
      sent += answer.sent;
      refused += answer.refused;
      problem = answer.problem ?? problem;
      if (answer.waiting > 0) break;
    }
    return { sent, refused, waiting: due.length - sent - refused, problem };
  }

  async #sendBatch(target: MeterTarget, batch: readonly MeterEvent[]): Promise<Sending> {
    const { project, exporter, secrets } = target;
    const { clock, allowsPrivate, timeoutMs, maySend = () => true } = this.#options;
    if (!maySend()) return { sent: 0, refused: 0, waiting: batch.length, problem: null };
    const startedMs = clock();
    // Stored before the attempt, because the process may end during it.
    if (REMEMBERED_MS[exporter.type] !== undefined) {
      await this.#save(
        target,
        batch.map((event) => ({ unansweredMs: startedMs, ...event })),
        'pending',
      );
    }
    const context = { project, exporter, secrets, allowsPrivate, timeoutMs, nowMs: startedMs };
    const answer = await sendEvents(context, batch, maySend);
    const { accepted, refused } = answer;
    await this.#save(
      target,
      batch.filter(({ identifier }) => accepted.has(identifier)),
      'sent',
    );
    const others = batch.filter(({ identifier }) => !accepted.has(identifier));
    await this.#save(
      target,
      others.map((event) => {
        const refusal = refused.get(event.identifier);
        if (refusal !== undefined) return { ...event, refusal };
        return answer.unanswered.has(event.identifier) ? { unansweredMs: startedMs, ...event } : event;
      }),
      'pending',
    );
    const asked = retryAfterMs({ 'retry-after': answer.retryAfter }, clock());
    if (asked !== undefined) {
      this.#nextMs.set(keyOf(target), clock() + Math.min(asked, MAX_BACKOFF_MS));
    }
    const [reason] = refused.values();
    return {
      sent: accepted.size,
      refused: refused.size,
      waiting: others.length - refused.size,
      problem: answer.problem ?? reason ?? null,
    };
  }

  /** Events of one state, the oldest first. */
  async #read({ project, exporter }: MeterSubject, state: MeterEventState): Promise<readonly MeterEvent[]> {
    const rows = await this.#options.store.metering.readEvents(project, exporter.id, state);
    return rows.map(({ created_ms: createdMs, value, state: _state, ...row }) => ({
      ...row,
      createdMs: Number(createdMs),
      ...(JSON.parse(value) as Pick<MeterEvent, 'unansweredMs' | 'refusal'>),
    }));
  }

  #save(
    { project, exporter }: MeterSubject,
    events: readonly MeterEvent[],
    state: MeterEventState,
  ): Promise<void> {
    return this.#options.writer.write(
      'meter_events',
      events.map(
        ({ customer, day, model, sequence, identifier, quantity, amount, createdMs, ...attempts }) => ({
          cells: [
            project,
            exporter.id,
            customer,
            day,
            model,
            sequence,
            identifier,
            quantity,
            amount,
            state,
            String(createdMs),
            JSON.stringify(attempts),
          ],
        }),
      ),
    );
  }
}

function keyOf({ project, exporter }: MeterSubject): string {
  return `${project}\0${exporter.id}`;
}

function batchesOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}
