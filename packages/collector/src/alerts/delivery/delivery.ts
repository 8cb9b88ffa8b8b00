import type { DeliveryRecord } from '../../storage/read/alerting/alerting-records.ts';
import type { Channel } from '../channels/channel.ts';
import type { AlertMessage } from '../message.ts';

export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'dropped' | 'merged';

/** One message to one channel, and the state of its delivery. */
export interface Delivery {
  readonly project: string;
  /** Derived from message and channel, so that a message that is created twice is sent once. */
  readonly id: string;
  readonly channelId: string;
  readonly ruleId: string;
  /** `user:u42`, for example. */
  readonly subject: string;
  readonly state: DeliveryState;
  readonly createdMs: number;
  readonly nextMs: number;
  readonly attempts: number;
  /** The receiver's last answer, or why it could not be reached. Contains no secret. */
  readonly answer: { readonly status: number | null; readonly text: string; readonly atMs: number } | null;
  readonly message: AlertMessage;
}

/** A message to one channel. */
export interface Outgoing {
  readonly channel: Pick<Channel, 'project' | 'id' | 'digest'>;
  readonly ruleId: string;
  readonly subject: string;
  readonly message: AlertMessage;
}

/** Waits between attempts: from 5 seconds to hours, 24 hours in all. */
const RETRY_SECONDS = [5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400, 21_600, 32_400];
/**
 * Each wait is longer or shorter by up to this share, so that a receiver that is up again does not get all messages at
 * the same moment.
 */
const JITTER = 0.2;
const GIVE_UP_MS = 24 * 3_600_000;
/** The longest wait that a receiver may ask for. */
export const MAX_RETRY_AFTER_MS = 3_600_000;

/** When to retry after a failed attempt; `undefined` if a day has passed since the first one. */
export function nextAttemptMs(
  { attempts, createdMs }: Pick<Delivery, 'attempts' | 'createdMs'>,
  nowMs: number,
  retryAfter: number | undefined,
  random: number,
): number | undefined {
  const seconds = RETRY_SECONDS[Math.min(attempts, RETRY_SECONDS.length - 1)] ?? 5;
  const wait = seconds * 1000 * (1 + JITTER * (2 * random - 1));
  const asked = Math.min(retryAfter ?? 0, MAX_RETRY_AFTER_MS);
  const next = nowMs + Math.max(wait, asked);
  return next - createdMs > GIVE_UP_MS ? undefined : Math.ceil(next);
}

/** How long no other message is sent to a receiver that is down, unless it sent `Retry-After`. */
const REST_MS = 30_000;

/**
 * How long to pause all messages to a receiver after an answer, because one that is busy or down would refuse the
 * others, too. `undefined` if the answer concerns only the one message.
 */
export function receiverRestMs(status: number | null, retryAfter: number | undefined): number | undefined {
  if (status !== null && status !== 429 && status < 500) return undefined;
  return Math.min(retryAfter ?? REST_MS, MAX_RETRY_AFTER_MS);
}

/** The delivery of a new message, due at `nextMs`. */
export function pendingOf(
  { channel, ruleId, subject, message }: Outgoing,
  createdMs: number,
  nextMs: number,
): Delivery {
  return {
    project: channel.project,
    id: `${message.id}_${channel.id}`,
    channelId: channel.id,
    ruleId,
    subject,
    state: 'pending',
    createdMs,
    nextMs,
    attempts: 0,
    answer: null,
    message,
  };
}

/** Reads a delivery from its stored record. */
export function deliveryOf(record: DeliveryRecord): Delivery {
  const { attempts, answer, message } = JSON.parse(record.value) as Pick<
    Delivery,
    'attempts' | 'answer' | 'message'
  >;
  return {
    project: record.project,
    id: record.id,
    channelId: record.channel_id,
    ruleId: record.rule_id,
    subject: record.subject,
    state: record.state as Delivery['state'],
    createdMs: Number(record.created_ms),
    nextMs: Number(record.next_ms),
    attempts,
    answer,
    message,
  };
}
