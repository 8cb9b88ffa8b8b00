import type { Storage } from '../../storage/storage.ts';
import type { VersionedWriter } from '../../storage/write/alerting/versioned-writer.ts';
import type { Channel, ChannelWithSecrets } from '../channels/channel.ts';
import type { AlertMessage } from '../message.ts';
import { deliveryOf, MAX_RETRY_AFTER_MS, nextAttemptMs, pendingOf, receiverRestMs } from './delivery.ts';
import type { Delivery, Outgoing } from './delivery.ts';
import { digestMessage, nextDigestMs } from './digest.ts';
import type { Attempt } from './send-message.ts';

export interface OutboxOptions {
  readonly store: Pick<Storage, 'alerting'>;
  readonly writer: VersionedWriter;
  /** One attempt. Never throws. */
  readonly send: (channel: ChannelWithSecrets, message: AlertMessage) => Promise<Attempt>;
  /** The receiver answered 410: nothing is sent there until the channel is written again. */
  readonly disable: (target: ChannelWithSecrets, reason: string) => Promise<void>;
  /** Asked before every attempt: another collector may have taken over. */
  readonly maySend: () => boolean;
  /** Milliseconds since the Unix epoch. */
  readonly clock: () => number;
  readonly random?: () => number;
}

/** A message that is sent nowhere, kept in the history with the reason. */
export interface Unsent extends Omit<Outgoing, 'channel'> {
  readonly project: string;
  /** Empty where the alert has no channel. */
  readonly channelId: string;
  readonly reason: string;
}

/** Attempts at a time to one channel. */
const MAX_CONCURRENT = 8;
/** Messages that one query looks for. */
const CHECKED_AT_ONCE = 5_000;
/** Deliveries that ended are remembered so long, so that the same message is not made again. */
const REMEMBER_MS = 3 * 86_400_000;

/**
 * Messages on their way: durable when {@link add} resolves, sent by {@link sendDue} until the receiver accepts them.
 *
 * Messages about one subject of one rule reach a channel in their order; one receiver that hangs holds up no other. A
 * process that ends between an attempt and the note of its answer sends that message again, with the same id.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #pending = new Map<string, Delivery>();
  readonly #ended = new Map<string, number>();
  /** Channels that are being sent to, by project and id. */
  readonly #busy = new Set<string>();
  /** Until when nothing more is tried of a channel whose receiver is busy or down. */
  readonly #restingUntil = new Map<string, number>();
  /** What became of attempts, for the next write. */
  readonly #results: Delivery[] = [];
  /** The write of results that has not begun, and the one before it. */
  #nextWrite: Promise<void> | undefined;
  #lastWrite: Promise<void> = Promise.resolve();
  #isLoaded = false;
  /** When the last round put digests together; `undefined` before the first. */
  #mergedMs: number | undefined;
  /** Ends when no round puts digests together: two at a time would tell of some events twice. */
  #merging: Promise<void> = Promise.resolve();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Reads again what the store has: another process sent meanwhile. */
  reset(): void {
    this.#isLoaded = false;
    this.#mergedMs = undefined;
  }

  get size(): number {
    return this.#pending.size;
  }

  async load(nowMs: number, areRowsDeleted = false): Promise<void> {
    if (this.#isLoaded && !areRowsDeleted) return;
    const ended = [...this.#ended.keys()];
    const records = await this.#options.store.alerting.readOutbox(nowMs - REMEMBER_MS);
    this.#pending.clear();
    // What was erased is forgotten: a user who comes back under the same id gets messages with the same ids.
    const stored = new Set(records.map(({ id }) => id));
    for (const id of ended) if (!stored.has(id)) this.#ended.delete(id);
    for (const [id, createdMs] of this.#ended) if (createdMs < nowMs - REMEMBER_MS) this.#ended.delete(id);
    for (const record of records) {
      const delivery = deliveryOf(record);
      if (delivery.state !== 'pending') this.#ended.set(delivery.id, delivery.createdMs);
      // An attempt of a round before may have ended while the store was read.
      else if (!this.#ended.has(delivery.id)) this.#pending.set(delivery.id, delivery);
    }
    this.#isLoaded = true;
  }

  /** Makes messages durable; those that were made before are left out. */
  async add(outgoing: readonly Outgoing[], nowMs: number): Promise<void> {
    const fresh = outgoing
      .map((one) => {
        const { digest } = one.channel;
        // A digest that was due since the last round is sent after this one: it has these messages, too.
        return pendingOf(one, nowMs, digest === null ? nowMs : nextDigestMs(digest, this.#mergedMs ?? nowMs));
      })
      .filter(({ id }) => !this.#pending.has(id) && !this.#ended.has(id));
    await this.#save(fresh);
    for (const delivery of fresh) this.#pending.set(delivery.id, delivery);
  }

  /** Keeps messages that go nowhere. */
  async keep(unsent: readonly Unsent[], nowMs: number): Promise<void> {
    const fresh = unsent
      .map(({ project, channelId, ruleId, subject, message, reason }): Delivery => ({
        project,
        id: `${message.id}_${channelId}`,
        channelId,
        ruleId,
        subject,
        state: 'dropped',
        createdMs: nowMs,
        nextMs: nowMs,
        attempts: 0,
        answer: { status: null, text: reason, atMs: nowMs },
        message,
      }))
      .filter(({ id }) => !this.#pending.has(id) && !this.#ended.has(id));
    await this.#save(fresh);
    for (const { id } of fresh) this.#ended.set(id, nowMs);
  }

  /**
   * Sends what is due. Resolves when every attempt of this round has ended. Rounds may overlap: a channel whose receiver is
   * still waited for by an earlier one is left to it.
   */
  async sendDue(channels: ReadonlyMap<string, ChannelWithSecrets>): Promise<void> {
    const nowMs = this.#options.clock();
    const merged = this.#merging.then(() => this.#mergeDigests(channels, nowMs));
    this.#merging = merged.catch(() => undefined);
    await merged;
    let ended: number;
    do {
      ended = this.#ended.size;
      await this.#sendFirst(channels, nowMs);
      // A message that ended lets the next one about its subject be sent.
    } while (this.#ended.size > ended);
  }

  /**
   * Those of the messages that the store still has. An erasure, maybe by another collector, took the others: to write one
   * again would bring the user back.
   */
  async #notErased(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
    const kept: Delivery[] = [];
    for (let at = 0; at < deliveries.length; at += CHECKED_AT_ONCE) {
      const some = deliveries.slice(at, at + CHECKED_AT_ONCE);
      const stored = await this.#options.store.alerting.readStoredDeliveries(some.map(({ id }) => id));
      for (const delivery of some) {
        if (stored.has(delivery.id)) kept.push(delivery);
        else this.#pending.delete(delivery.id);
      }
    }
    return kept;
  }

  /** Sends the first message that is due about each subject. */
  async #sendFirst(channels: ReadonlyMap<string, ChannelWithSecrets>, nowMs: number): Promise<void> {
    const due = new Map<string, Delivery[]>();
    const waiting = new Set<string>();
    for (const delivery of this.#pending.values()) {
      const order = orderOf(delivery);
      const isFirst = !waiting.has(order);
      // Later messages about the same subject wait until this one has ended.
      waiting.add(order);
      const channel = channelOf(delivery);
      const target = channels.get(channel);
      const isHeldUp =
        this.#busy.has(channel) ||
        this.#isResting(channel, nowMs) ||
        target?.isLocked === true ||
        isForDigest(delivery, target);
      if (!isFirst || delivery.nextMs > nowMs || isHeldUp) continue;
      const list = due.get(channel);
      if (list) list.push(delivery);
      else due.set(channel, [delivery]);
    }
    await Promise.all(
      Array.from(due, ([channel, list]) => this.#sendTo(channel, list, channels.get(channel))),
    );
  }

  #isResting(channel: string, nowMs: number): boolean {
    const leftMs = (this.#restingUntil.get(channel) ?? nowMs) - nowMs;
    // More is left where the clock was set back.
    return leftMs > 0 && leftMs <= MAX_RETRY_AFTER_MS;
  }

  async #sendTo(
    channel: string,
    due: readonly Delivery[],
    target: ChannelWithSecrets | undefined,
  ): Promise<void> {
    let waiting: Delivery[] = [];
    const isOver = (): boolean => !this.#options.maySend() || this.#restingUntil.has(channel);
    const attemptNext = async (): Promise<void> => {
      const delivery = waiting.shift();
      if (delivery !== undefined) await this.#attempt(delivery, target);
    };
    const work = async (): Promise<void> => {
      try {
        while (waiting.length > 0 && !isOver()) await attemptNext();
      } catch (error) {
        // What the store does not have, the next round sends: nobody else sends it meanwhile.
        waiting = [];
        throw error;
      }
    };
    this.#busy.add(channel);
    const mayBeDown = this.#restingUntil.delete(channel);
    try {
      waiting = [...(await this.#notErased(due))];
      // One message finds out whether a receiver that was busy or down takes messages again.
      if (mayBeDown && !isOver()) await attemptNext();
      const workers = Array.from({ length: Math.min(MAX_CONCURRENT, waiting.length) }, work);
      const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    } finally {
      this.#busy.delete(channel);
    }
  }

  async #attempt(delivery: Delivery, target: ChannelWithSecrets | undefined): Promise<void> {
    const { clock } = this.#options;
    const reason = unusableReason(target);
    if (target === undefined || reason !== undefined) {
      const answer = { status: null, text: reason ?? '', atMs: clock() };
      await this.#record({ ...delivery, state: 'dropped', answer });
      return;
    }
    const { status, text, isAccepted, retryAfterMs, isGone } = await this.#options.send(
      target,
      delivery.message,
    );
    const nowMs = clock();
    const attempted = {
      ...delivery,
      attempts: delivery.attempts + 1,
      answer: { status, text, atMs: nowMs },
    };
    if (isAccepted) {
      await this.#record({ ...attempted, state: 'delivered' });
      return;
    }
    if (isGone) await this.#options.disable(target, `the receiver answered ${status ?? '410 Gone'}`);
    const random = (this.#options.random ?? Math.random)();
    const nextMs = isGone ? undefined : nextAttemptMs(delivery, nowMs, retryAfterMs, random);
    if (nextMs === undefined) {
      await this.#record({ ...attempted, state: 'failed' });
      return;
    }
    const restMs = receiverRestMs(status, retryAfterMs);
    if (restMs !== undefined) this.#restingUntil.set(channelOf(delivery), nowMs + restMs);
    await this.#record({ ...attempted, nextMs });
  }

  /** Stores what became of an attempt, together with those that end while another write lasts. */
  #record(result: Delivery): Promise<void> {
    this.#results.push(result);
    this.#nextWrite ??= this.#lastWrite.then(() => {
      const written = this.#writeResults(this.#results.splice(0));
      this.#nextWrite = undefined;
      this.#lastWrite = written.catch(() => undefined);
      return written;
    });
    return this.#nextWrite;
  }

  async #writeResults(results: readonly Delivery[]): Promise<void> {
    // While the receiver was waited for, a message may have been erased.
    const kept = await this.#notErased(results);
    await this.#save(kept);
    for (const result of kept) {
      if (result.state === 'pending') {
        this.#pending.set(result.id, result);
      } else {
        this.#pending.delete(result.id);
        this.#ended.set(result.id, result.createdMs);
      }
    }
  }

  /** Puts what waited for the time of a digest into one message for each channel. */
  async #mergeDigests(channels: ReadonlyMap<string, ChannelWithSecrets>, nowMs: number): Promise<void> {
    const groups = new Map<Channel, Delivery[]>();
    for (const delivery of this.#pending.values()) {
      const target = channels.get(channelOf(delivery));
      if (target === undefined || delivery.nextMs > nowMs || !isForDigest(delivery, target)) continue;
      const list = groups.get(target.channel);
      if (list) list.push(delivery);
      else groups.set(target.channel, [delivery]);
    }
    for (const [channel, due] of groups) {
      const parts = await this.#notErased(due);
      if (parts.length > 0) await this.#mergeInto(channel, parts, nowMs);
    }
    this.#mergedMs = nowMs;
  }

  /**
   * The digest and what became of its parts are one write: a process that ends here has told of all of them or of none.
   */
  async #mergeInto(channel: Channel, parts: readonly Delivery[], nowMs: number): Promise<void> {
    const message = digestMessage(
      channel,
      parts.map((part) => part.message),
      nowMs,
    );
    const digest = pendingOf({ channel, ruleId: '', subject: '', message }, nowMs, nowMs);
    const answer = { status: null, text: `part of ${message.id}`, atMs: nowMs };
    const isNew = !this.#pending.has(digest.id) && !this.#ended.has(digest.id);
    await this.#save([
      ...(isNew ? [digest] : []),
      ...parts.map((part): Delivery => ({ ...part, state: 'merged', answer })),
    ]);
    if (isNew) this.#pending.set(digest.id, digest);
    for (const { id, createdMs } of parts) {
      this.#pending.delete(id);
      this.#ended.set(id, createdMs);
    }
  }

  async #save(deliveries: readonly Delivery[]): Promise<void> {
    await this.#options.writer.write(
      'deliveries',
      deliveries.map((delivery) => {
        const { project, id, channelId, ruleId, subject, state, createdMs, nextMs, ...value } = delivery;
        return {
          cells: [
            project,
            id,
            channelId,
            ruleId,
            subject,
            state,
            String(createdMs),
            String(nextMs),
            JSON.stringify(value),
          ],
        };
      }),
    );
  }
}

/** Whether a message waits for the digest of its channel, instead of being sent by itself. */
function isForDigest({ message }: Delivery, target: ChannelWithSecrets | undefined): boolean {
  return target?.channel.digest != null && message.type !== 'alert.digest' && message.type !== 'alert.test';
}

/** Why nothing is sent to a channel; `undefined` where it is sent to. */
export function unusableReason(target: ChannelWithSecrets | undefined): string | undefined {
  if (target === undefined) return 'the channel was removed';
  if (target.isLocked === true) return undefined;
  const { enabled, disabledReason } = target.channel;
  if (disabledReason !== null) return `the channel is disabled: ${disabledReason}`;
  return enabled ? undefined : 'the channel is turned off';
}

function orderOf({ project, channelId, ruleId, subject }: Delivery): string {
  return `${project}\0${channelId}\0${ruleId}\0${subject}`;
}

function channelOf({ project, channelId }: Delivery): string {
  return `${project}\0${channelId}`;
}
