import type { AlertMessage } from '../message.ts';

export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'dropped' | 'merged';

/** One message on its way to one channel, and what became of it. */
export interface Delivery {
  readonly project: string;
  /** The same for the same message to the same channel: a message that is made twice is sent once. */
  readonly id: string;
  readonly channelId: string;
  readonly ruleId: string;
  /** `user:u42`, for example. */
  readonly subject: string;
  readonly state: DeliveryState;
  readonly createdMs: number;
  readonly nextMs: number;
  readonly attempts: number;
  /** What the receiver answered last, or why it could not be reached. Never holds a secret. */
  readonly answer: { readonly status: number | null; readonly text: string; readonly atMs: number } | null;
  readonly message: AlertMessage;
}

/** Waits between attempts: from 5 seconds to hours, 24 hours in all. */
const RETRY_SECONDS = [5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400, 21_600, 32_400];
/** A wait is up to this share longer or shorter, so that receivers that come back are not run over. */
const JITTER = 0.2;
const GIVE_UP_MS = 24 * 3_600_000;
/** The longest wait that a receiver may ask for. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** When an attempt that failed is made again; `undefined` where it is given up, a day after the first. */
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
