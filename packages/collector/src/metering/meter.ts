import { fromUnits, toUnits } from '@userspan/ledger';

import { retryAfterMs } from '../alerts/delivery/post.ts';
import type { Store } from '../storage/engine/store.ts';
import { UserDirectory } from '../storage/read/alerting/user-directory.ts';
import {
  countEvents,
  readDayFingerprints,
  readOwed,
  readPending,
  readSent,
  readSentDays,
} from '../storage/read/metering/owed.ts';
import type { VersionedWriter } from '../storage/write/alerting/versioned-writer.ts';
import { BATCH_SIZES, REMEMBERED_MS, sendEvents } from './billers.ts';
import { billedUnits, dateOf, dayOf } from './exporter.ts';
import type { Exporter, ExporterSecrets } from './exporter.ts';
import { identifierOf } from './meter-event.ts';
import type { MeterEvent } from './meter-event.ts';

export interface MeterOptions {
  readonly store: Store;
  readonly writer: VersionedWriter;
  readonly clock: () => number;
  readonly allowsPrivate: boolean;
  readonly maySend?: () => boolean;
}

/** An exporter with its key, of one project. */
export interface MeterTarget {
  readonly project: string;
  readonly exporter: Exporter;
  readonly secrets: ExporterSecrets;
}

/** What a run did, or would do. */
export interface MeterRun {
  /** Events that were made, or would be. */
  readonly events: readonly MeterEvent[];
  readonly sent: number;
  readonly pending: number;
  readonly problem: string | null;
}

/** One line of a reconciliation. Decimals are exact. */
export interface ReconciledLine {
  readonly customer: string | null;
  readonly day: string;
  readonly model: string;
  readonly used: string;
  readonly owed: string;
  readonly sent: string;
  readonly difference: string;
}

type Key = string;

const NO_UNITS = { quantity: 0n, amount: 0n, sequence: 0 };
const MAX_BACKOFF_MS = 3_600_000;

/**
 * Sends differences to billers.
 *
 * Events are in the store before they are sent, and count as sent from then on: a process that ends at any point sends
 * the same events again under the same identifiers, which billers drop. What changes later (late calls, new prices, an
 * alias, an erasure) is the difference of a later event.
 */
export class Meter {
  readonly #options: MeterOptions;
  readonly #fingerprints = new Map<string, string>();
  readonly #nextMs = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #running = new Map<string, Promise<MeterRun>>();

  constructor(options: MeterOptions) {
    this.#options = options;
  }

  /** Makes and sends what is due; only makes it where `isDryRun`. One run of an exporter at a time. */
  run(target: MeterTarget, isDryRun = false): Promise<MeterRun> {
    const key = `${target.project}\0${target.exporter.id}`;
    const next = (this.#running.get(key) ?? Promise.resolve()).then(
      () => this.#run(target, isDryRun),
      () => this.#run(target, isDryRun),
    );
    this.#running.set(key, next);
    return next;
  }

  /** Runs exporters whose time has come. */
  async runDue(targets: readonly MeterTarget[], nowMs: number): Promise<void> {
    for (const target of targets) {
      const { exporter, project } = target;
      const key = `${project}\0${exporter.id}`;
      if (!exporter.enabled || exporter.everySeconds === 0 || nowMs < (this.#nextMs.get(key) ?? 0)) continue;
      const { pending } = await this.run(target);
      const failures = pending > 0 ? (this.#failures.get(key) ?? 0) + 1 : 0;
      this.#failures.set(key, failures);
      const backoff = Math.min(15_000 * 2 ** failures, MAX_BACKOFF_MS);
      const asked = this.#nextMs.get(key) ?? 0;
      this.#nextMs.set(key, Math.max(asked, nowMs + (failures > 0 ? backoff : exporter.everySeconds * 1000)));
    }
  }

  /** What was used, what is owed for it and what was sent, for every customer, day and model with a difference or a sum. */
  async reconcile(target: MeterTarget): Promise<{
    readonly lines: readonly ReconciledLine[];
    readonly owed: string;
    readonly sent: string;
    readonly difference: string;
    readonly states: Readonly<Record<string, number>>;
  }> {
    const { project, exporter } = target;
    const lines: ReconciledLine[] = [];
    let owedSum = 0n;
    let sentSum = 0n;
    for (const day of await this.#days(target)) {
      const { owed, sent } = await this.#bothSides(target, day);
      for (const key of new Set([...owed.keys(), ...sent.keys()])) {
        const [customer = '', model = ''] = key.split('\0');
        const used = owed.get(key) ?? 0n;
        const due = billedUnits(exporter, used);
        const { amount } = sent.get(key) ?? NO_UNITS;
        const isAssigned = customer !== '';
        if (isAssigned) {
          owedSum += due;
          sentSum += amount;
        }
        lines.push({
          customer: isAssigned ? customer : null,
          day: dateOf(day),
          model,
          used: fromUnits(used),
          owed: fromUnits(isAssigned ? due : 0n),
          sent: fromUnits(amount),
          difference: fromUnits(isAssigned ? due - amount : 0n),
        });
      }
    }
    return {
      lines,
      owed: fromUnits(owedSum),
      sent: fromUnits(sentSum),
      difference: fromUnits(owedSum - sentSum),
      states: await countEvents(this.#options.store, project, exporter.id),
    };
  }

  async #run(target: MeterTarget, isDryRun: boolean): Promise<MeterRun> {
    const { project, exporter } = target;
    const { store } = this.#options;
    if (isDryRun) {
      const { events } = await this.#differences(target, true);
      return { events, sent: 0, pending: events.length, problem: null };
    }
    const waiting = (await readPending(store, project, exporter.id)).map(
      ({ created_ms: createdMs, value, state: _state, ...row }): MeterEvent => ({
        ...row,
        createdMs: Number(createdMs),
        ...(JSON.parse(value) as Pick<MeterEvent, 'unansweredMs'>),
      }),
    );
    const first = await this.#send(target, waiting);
    // A biller that is down gets one event of the whole difference later, not many small ones.
    if (first.pending > 0) return { ...first, events: [] };
    const { events, prints } = await this.#differences(target, false);
    await this.#save(target, events, 'pending');
    for (const [key, print] of prints) this.#fingerprints.set(key, print);
    const second = await this.#send(target, events);
    return { events, sent: first.sent + second.sent, pending: second.pending, problem: second.problem };
  }

  /** Days that may be owed: since the first day of the exporter, and not before the first that the store still has. */
  async #days(target: MeterTarget): Promise<number[]> {
    const { project, exporter } = target;
    const { firstDay, days } = await readDayFingerprints(this.#options.store, project, dayOf(exporter.since));
    const sentDays = await readSentDays(this.#options.store, project, exporter.id);
    return [...new Set([...days.keys(), ...sentDays])]
      .filter((day) => day >= dayOf(exporter.since) && day >= firstDay)
      .sort((a, b) => a - b);
  }

  async #differences(
    target: MeterTarget,
    isDryRun: boolean,
  ): Promise<{ readonly events: MeterEvent[]; readonly prints: ReadonlyMap<string, string> }> {
    const { project, exporter } = target;
    const { store, clock } = this.#options;
    const { days } = await readDayFingerprints(store, project, dayOf(exporter.since));
    const prints = new Map<string, string>();
    const events: MeterEvent[] = [];
    const directory = await this.#directory(target);
    const owners = directory.revision;
    for (const day of await this.#days(target)) {
      const key = `${project}\0${exporter.id}\0${day}`;
      const print = `${days.get(day) ?? ''} ${owners} ${JSON.stringify(exporter)}`;
      if (!isDryRun && this.#fingerprints.get(key) === print) continue;
      prints.set(key, print);
      const { owed, sent } = await this.#bothSides(target, day, directory.directory);
      for (const each of new Set([...owed.keys(), ...sent.keys()])) {
        const [customer = '', model = ''] = each.split('\0');
        if (customer === '') continue;
        const before = sent.get(each) ?? NO_UNITS;
        const used = owed.get(each) ?? 0n;
        // From totals, so that what is cut off is never lost, and a new mark-up holds for what comes from now on.
        const amount = billedUnits(exporter, used) - billedUnits(exporter, before.quantity);
        if (amount === 0n) continue;
        const content = { customer, day, model, sequence: before.sequence + 1, amount: fromUnits(amount) };
        events.push({
          ...content,
          identifier: identifierOf(project, exporter.id, content),
          quantity: fromUnits(used - before.quantity),
          createdMs: clock(),
        });
      }
    }
    return { events, prints };
  }

  /** Users and their customers, with a text that changes whenever one of them does. */
  async #directory({
    project,
    exporter,
  }: MeterTarget): Promise<{ readonly directory: UserDirectory; readonly revision: string }> {
    const directory = new UserDirectory(this.#options.store, project);
    await directory.refreshAliases();
    if (exporter.customer !== 'user') await directory.refreshUsers([]);
    return { directory, revision: directory.revisionOf(exporter.customer) };
  }

  async #bothSides(
    target: MeterTarget,
    day: number,
    known?: UserDirectory,
  ): Promise<{
    readonly owed: ReadonlyMap<Key, bigint>;
    readonly sent: ReadonlyMap<
      Key,
      { readonly quantity: bigint; readonly amount: bigint; readonly sequence: number }
    >;
  }> {
    const { project, exporter } = target;
    const { store } = this.#options;
    const directory = known ?? (await this.#directory(target)).directory;
    const owed = new Map<Key, bigint>();
    for (const { user_id: userId, model, quantity } of await readOwed(
      store,
      project,
      day,
      exporter.measure,
    )) {
      const units = toUnits(quantity);
      if (units === 0n) continue;
      const key = `${directory.customerOf(userId, exporter.customer) ?? ''}\0${model}`;
      owed.set(key, (owed.get(key) ?? 0n) + units);
    }
    const sent = new Map(
      (await readSent(store, project, exporter.id, day)).map(
        ({ customer, model, quantity, amount, sequence }) => [
          `${customer}\0${model}`,
          { quantity: toUnits(quantity), amount: toUnits(amount), sequence },
        ],
      ),
    );
    return { owed, sent };
  }

  async #send(target: MeterTarget, events: readonly MeterEvent[]): Promise<Omit<MeterRun, 'events'>> {
    const { exporter, project } = target;
    const { clock, allowsPrivate, maySend } = this.#options;
    const size = BATCH_SIZES[exporter.type];
    const remembered = REMEMBERED_MS[exporter.type];
    let sent = 0;
    const isForgotten = ({ unansweredMs }: MeterEvent): boolean =>
      remembered !== undefined && unansweredMs !== undefined && clock() - unansweredMs >= remembered;
    // Whether the biller has it is not known, and it would not notice a second one: a person has to look.
    await this.#save(target, events.filter(isForgotten), 'uncertain');
    const due = events.filter((event) => !isForgotten(event));
    for (let at = 0; at < due.length; at += size) {
      if (maySend !== undefined && !maySend()) return { sent, pending: due.length - sent, problem: null };
      const batch = due.slice(at, at + size);
      const answer = await sendEvents(
        { project, exporter, secrets: target.secrets, allowsPrivate, nowMs: clock() },
        batch,
      );
      await this.#save(
        target,
        batch.filter(({ identifier }) => answer.accepted.has(identifier)),
        'sent',
      );
      sent += answer.accepted.size;
      if (answer.accepted.size === batch.length) continue;
      const rest = batch.filter(({ identifier }) => !answer.accepted.has(identifier));
      if (answer.isUnanswered) {
        await this.#save(
          target,
          rest.map((event) => ({ unansweredMs: clock(), ...event })),
          'pending',
        );
      }
      const asked = retryAfterMs({ 'retry-after': answer.retryAfter }, clock());
      if (asked !== undefined)
        this.#nextMs.set(`${project}\0${exporter.id}`, clock() + Math.min(asked, MAX_BACKOFF_MS));
      return { sent, pending: due.length - sent, problem: answer.problem };
    }
    return { sent, pending: 0, problem: null };
  }

  #save({ project, exporter }: MeterTarget, events: readonly MeterEvent[], state: string): Promise<void> {
    return this.#options.writer.write(
      'meter_events',
      events.map(
        ({ customer, day, model, sequence, identifier, quantity, amount, createdMs, unansweredMs }) => ({
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
            JSON.stringify(unansweredMs === undefined ? {} : { unansweredMs }),
          ],
        }),
      ),
    );
  }
}
