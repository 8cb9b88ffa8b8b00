import type { Storage } from '../storage/storage.ts';
import type { UsageChangeReader, UsageChanges } from '../storage/read/alerting/usage-changes.ts';
import type { VersionedWriter } from '../storage/write/alerting/versioned-writer.ts';
import type { AlertEvent } from './alert-event.ts';
import { subjectKey } from './alert-event.ts';
import { BudgetBook } from './budgets/budget-book.ts';
import type { ChannelWithSecrets } from './channels/channel.ts';
import { ConfigBook, lockedText } from './config-book.ts';
import type { Configs, LockedSecret } from './config-book.ts';
import { Outbox, unusableReason } from './delivery/outbox.ts';
import type { Outgoing } from './delivery/delivery.ts';
import type { Unsent } from './delivery/outbox.ts';
import { sendMessage } from './delivery/send-message.ts';
import type { Attempt } from './delivery/send-message.ts';
import { Evaluator } from './evaluator.ts';
import { Lease } from './lease.ts';
import type { LeaseOptions } from './lease.ts';
import type { SecretBox } from './secret-box.ts';
import { messageOf } from './message.ts';
import type { AlertMessage } from './message.ts';

export interface AlertingOptions {
  readonly store: Pick<Storage, 'kind' | 'alerting' | 'records' | 'users'>;
  /** Encrypts secrets in the store. */
  readonly box: SecretBox;
  /** Milliseconds since the Unix epoch. */
  readonly clock?: () => number;
  /** URL of the dashboard for links in messages. */
  readonly publicUrl?: string;
  /** Receivers at private addresses are allowed. Default false. */
  readonly allowsPrivate?: boolean;
  readonly onError?: (error: unknown) => void;
  /** Called once with the secrets in the store that this collector's key cannot decrypt. */
  readonly onLocked?: (text: string, isAlone: boolean) => void;
  /** Clock and wait function of the lease; for tests. */
  readonly lease?: Pick<LeaseOptions, 'clock' | 'wait' | 'isAlone'>;
  readonly random?: () => number;
  /** Work that only the collector that holds the lease does, after alerts were evaluated. */
  readonly afterEvaluation?: (nowMs: number, maySend: () => boolean) => Promise<void>;
}

const EVERYTHING: UsageChanges = {
  isEverything: true,
  areRowsDeleted: false,
  deletedBeforeMs: 0,
  users: new Map(),
};
const TICK_MS = 5_000;
/** Longest time between two rounds, so that every call is evaluated within 30 seconds. */
const MAX_TICK_MS = 22_000;
/**
 * The pause after a round is this many times its duration. A round uses more than one core, so evaluation takes about a
 * tenth of a core on average.
 */
const REST = 15;

/**
 * Alerts and budgets of a collector. Each round reads what changed, evaluates the rules and sends messages.
 *
 * Every collector keeps budgets up to date. Only the collector that holds the lease evaluates rules and sends messages.
 * {@link tick} is one round; when it resolves, all its decisions are in the store.
 */
export class Alerting {
  readonly configs: ConfigBook;
  readonly budgets: BudgetBook;
  readonly writer: VersionedWriter;
  readonly options: AlertingOptions;
  readonly #clock: () => number;
  readonly #lease: Lease;
  readonly #changes: UsageChangeReader;
  readonly #evaluator: Evaluator;
  readonly #outbox: Outbox;
  #known: Configs = { rules: [], budgets: [], channels: new Map(), silences: [] };
  /** Rounds that are still waiting for a receiver's answer. */
  readonly #sending = new Set<Promise<void>>();
  #lockedText = '';
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: AlertingOptions) {
    const { store } = options;
    this.options = options;
    this.#clock = options.clock ?? Date.now;
    this.writer = store.records.openVersioned(this.#clock);
    this.configs = new ConfigBook(store, this.writer, options.box);
    this.budgets = new BudgetBook(store);
    this.#changes = store.alerting.openChanges();
    this.#lease = new Lease({
      rows: store.records.leases,
      name: 'alerting',
      isAlone: store.kind === 'chdb',
      ...options.lease,
    });
    this.#outbox = new Outbox({
      store,
      writer: this.writer,
      send: (channel, message) => this.#send(channel, message),
      disable: (target, reason) => this.#disable(target, reason),
      maySend: () => this.#lease.isHeld && !this.#isStopped,
      clock: this.#clock,
      ...(options.random === undefined ? {} : { random: options.random }),
    });
    this.#evaluator = new Evaluator({ store, writer: this.writer, emit: (events) => this.#emit(events) });
  }

  /** Whether this collector holds the lease, and so evaluates and sends. */
  get isHeld(): boolean {
    return this.#lease.isHeld;
  }

  /** Begins to evaluate every five seconds, less often where an evaluation takes long. */
  start(): void {
    let restMs = TICK_MS;
    const again = (): void => {
      if (this.#isStopped) return;
      this.#timer = setTimeout(() => {
        const startedAt = performance.now();
        this.#running = this.tick({ waitsForReceivers: false })
          .catch((error: unknown) => this.options.onError?.(error))
          .finally(() => {
            restMs = Math.min(Math.max(TICK_MS, (performance.now() - startedAt) * REST), MAX_TICK_MS);
          })
          .then(again);
      }, restMs);
      this.#timer.unref();
    };
    again();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    await Promise.all(this.#sending);
    await this.#lease.release().catch((error: unknown) => this.options.onError?.(error));
  }

  /**
   * Runs one round. It waits for receivers by default; the running collector does not, so that a slow receiver does not
   * delay the next round.
   */
  async tick({ waitsForReceivers = true }: { readonly waitsForReceivers?: boolean } = {}): Promise<void> {
    const nowMs = this.#clock();
    const wasHeld = this.#lease.isHeld;
    const locked = await this.configs.lockedSecrets();
    this.#reportLocked(locked);
    // Another collector of the same store may have the key for these secrets, so this one leaves the lease to it. A
    // collector that is alone sends what it can.
    const isHeld =
      locked.length > 0 && !this.#lease.isAlone
        ? await this.#lease.release().then(() => false)
        : await this.#lease.renew();
    this.#known = await this.configs.read();
    if (!isHeld || !wasHeld) {
      this.#evaluator.reset();
      this.#outbox.reset();
    }
    const { rules, silences, channels, budgets } = this.#known;
    if (rules.length > 0 || budgets.length > 0) {
      try {
        const changes = await this.#changes.next();
        await this.budgets.refresh(this.#known, changes, nowMs);
        if (isHeld) {
          await this.#outbox.load(nowMs, changes.areRowsDeleted);
          await this.#evaluator.evaluate({ rules, silences, changes, nowMs });
        }
      } catch (error) {
        // The changes that were read are lost, so the next round evaluates everything.
        this.#evaluator.reset();
        this.#changes.reset();
        throw error;
      }
    } else {
      this.#changes.reset();
      await this.budgets.refresh(this.#known, EVERYTHING, nowMs);
      if (isHeld) await this.#outbox.load(nowMs);
    }
    if (!isHeld) return;
    await this.options.afterEvaluation?.(nowMs, () => this.#lease.isHeld && !this.#isStopped);
    // Uses the current time: messages of this evaluation are due after the time at which it began.
    const sending = this.#outbox
      .sendDue(channels)
      .catch((error: unknown) => {
        this.options.onError?.(error);
        this.#outbox.reset();
      })
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
    if (waitsForReceivers) await sending;
  }

  /** Reloads budgets and spending immediately. */
  async refreshBudgets(): Promise<void> {
    this.#known = await this.configs.read();
    await this.budgets.refresh(this.#known, EVERYTHING, this.#clock());
  }

  /** Sends a message to a channel at once, outside of the queue: `send test`. */
  sendNow(channel: ChannelWithSecrets, message: AlertMessage): Promise<Attempt> {
    return this.#send(channel, message);
  }

  #send(channel: ChannelWithSecrets, message: AlertMessage): Promise<Attempt> {
    return sendMessage(channel, message, {
      allowsPrivate: this.options.allowsPrivate ?? false,
      clock: this.#clock,
    });
  }

  #reportLocked(locked: readonly LockedSecret[]): void {
    const text = locked.length === 0 ? '' : lockedText(locked);
    if (text !== '' && text !== this.#lockedText) this.options.onLocked?.(text, this.#lease.isAlone);
    this.#lockedText = text;
  }

  async #emit(events: readonly AlertEvent[]): Promise<void> {
    const outgoing: Outgoing[] = [];
    const unsent: Unsent[] = [];
    for (const event of events) {
      const { project, rule } = event;
      const message = messageOf(event, this.options.publicUrl);
      const about = { ruleId: rule.id, subject: subjectKey(rule.of, event.subject), message };
      for (const id of rule.channels) {
        const target = this.#known.channels.get(`${project}\0${id}`);
        const reason = unusableReason(target);
        if (target === undefined || reason !== undefined) {
          unsent.push({ ...about, project, channelId: id, reason: reason ?? '' });
        } else outgoing.push({ ...about, channel: target.channel });
      }
      if (rule.channels.length === 0) {
        unsent.push({ ...about, project, channelId: '', reason: 'the alert has no channel' });
      }
    }
    await this.#outbox.add(outgoing, this.#clock());
    await this.#outbox.keep(unsent, this.#clock());
  }

  /** The channel as it is configured now; undefined where its receiver was changed during the attempt. */
  async #disable({ channel: { project, id }, secrets }: ChannelWithSecrets, reason: string): Promise<void> {
    const now = await this.configs.channel(project, id);
    if (now === undefined || now.isLocked === true || now.secrets.url !== secrets.url) return;
    const value = { ...now.channel, disabledReason: reason };
    await this.configs.write([{ project, kind: 'channel', id, value }]);
  }
}
