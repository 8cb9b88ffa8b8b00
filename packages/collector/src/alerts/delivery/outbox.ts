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
  /** Makes one attempt. Never throws. */
  readonly send: (channel: ChannelWithSecrets, message: AlertMessage) => Promise<Attempt>;
  /** Called when the receiver answered 410: nothing is sent to it until the channel is saved again. */
  readonly disable: (target: ChannelWithSecrets, reason: string) => Promise<void>;
  /** Called before every attempt, because another collector may have taken over the lease. */
  readonly maySend: () => boolean;
  /** Milliseconds since the Unix epoch. */
  readonly clock: () => number;
  readonly random?: () => number;
}

/** A message that is not sent, kept in the history with the reason. */
export interface Unsent extends Omit<Outgoing, 'channel'> {
  readonly project: string;
  /** Empty if the alert has no channel. */
  readonly channelId: string;
  readonly reason: string;
}

/** Maximum number of concurrent attempts to one channel. */
const MAX_CONCURRENT = 8;
/** Maximum number of messages that one query looks up. */
const CHECKED_AT_ONCE = 5_000;
/** How long ended deliveries are remembered, so that the same message is not created again. */
const REMEMBER_MS = 3 * 86_400_000;

/**
 * Messages that have to be sent. They are durable when {@link add} resolves, and {@link sendDue} sends them until the
 * receiver accepts them.
 *
 * Messages about one subject of one rule reach a channel in order. A receiver that hangs does not delay others. If the
 * process ends after an attempt and before its answer is stored, the message is sent again with the same id.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #pending = new Map<string, Delivery>();
  readonly #ended = new Map<string, number>();
  /** Channels with an attempt in progress, by project and id. */
  readonly #busy = new Set<string>();
  /** For channels whose receiver is busy or down: until when nothing is sent to them. */
  readonly #restingUntil = new Map<string, number>();
  /** Results of attempts that have not been written yet. */
  readonly #results: Delivery[] = [];
  /** The next write of results, which has not started, and the current one. */
  #nextWrite: Promise<void> | undefined;
  #lastWrite: Promise<void> = Promise.resolve();
  #isLoaded = false;
  /** When the last round created digests; `undefined` before the first. */
  #mergedMs: number | undefined;
  /** Resolves when no round is creating digests. Two rounds at a time would put some events into two digests. */
  #merging: Promise<void> = Promise.resolve();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Forgets everything and reads the store again, because another process was sending in the meantime. */
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
    // Forgets deliveries that were erased: a user who comes back with the same id gets messages with the same ids, and
    // these must be sent.
    const stored = new Set(records.map(({ id }) => id));
    for (const id of ended) if (!stored.has(id)) this.#ended.delete(id);
    for (const [id, createdMs] of this.#ended) if (createdMs < nowMs - REMEMBER_MS) this.#ended.delete(id);
    for (const record of records) {
      const delivery = deliveryOf(record);
      if (delivery.state !== 'pending') this.#ended.set(delivery.id, delivery.createdMs);
      // An attempt of an earlier round may have ended while the store was read.
      else if (!this.#ended.has(delivery.id)) this.#pending.set(delivery.id, delivery);
    }
    this.#isLoaded = true;
  }

  /** Stores messages. Messages that already exist are skipped. */
  async add(outgoing: readonly Outgoing[], nowMs: number): Promise<void> {
    const fresh = outgoing
      .map((one) => {
        const { digest } = one.channel;
        // A digest that became due since the last round is sent after this call, and includes these messages.
        return pendingOf(one, nowMs, digest === null ? nowMs : nextDigestMs(digest, this.#mergedMs ?? nowMs));
      })
      .filter(({ id }) => !this.#pending.has(id) && !this.#ended.has(id));
    await this.#save(fresh);
    for (const delivery of fresh) this.#pending.set(delivery.id, delivery);
  }

  /** Stores messages that are not sent. */
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
   * Sends the messages that are due. Resolves when every attempt of this round has ended. Rounds may overlap: a round
   * skips channels on which an earlier round is still waiting.
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
      // After a message ended, the next one about the same subject may be sent.
    } while (this.#ended.size > ended);
  }

  /**
   * Returns the messages that are still in the store. The others were erased, possibly by another collector; writing
   * one of them would restore data of the erased user.
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

  /** Sends the first due message about each subject. */
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
    // A longer pause means that the clock was set back.
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
        // The store failed: the other workers of this round stop, too, and the next round sends the remaining messages.
        waiting = [];
        throw error;
      }
    };
    this.#busy.add(channel);
    const mayBeDown = this.#restingUntil.delete(channel);
    try {
      waiting = [...(await this.#notErased(due))];
      // One message tests whether a receiver that was busy or down accepts messages again.
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

  /** Stores the result of an attempt, in one write with all results that arrive while another write is in progress. */
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
    // A message may have been erased during the attempt.
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

  /** Merges the messages that waited for a digest into one message per channel. */
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

  /** The digest and the new states of its parts are one write, so that a crash here loses or repeats nothing. */
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

/** Whether a message waits for the digest of its channel and is not sent on its own. */
function isForDigest({ message }: Delivery, target: ChannelWithSecrets | undefined): boolean {
  return target?.channel.digest != null && message.type !== 'alert.digest' && message.type !== 'alert.test';
}

/** Why nothing can be sent to a channel; `undefined` if it can. */
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
