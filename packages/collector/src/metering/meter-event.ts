import { createHash } from 'node:crypto';

/** One event for a biller: the difference from what was already sent for a customer, day and model. */
export interface MeterEvent {
  /** A hash of the content, so that the same event always has the same identifier. */
  readonly identifier: string;
  readonly customer: string;
  /** Days since the epoch, UTC. */
  readonly day: number;
  readonly model: string;
  /** 1 for the first event of its customer, day and model. */
  readonly sequence: number;
  /** Usage before mark-up; exact decimal, negative if usage is taken back. */
  readonly quantity: string;
  /** Value of the event; exact decimal. */
  readonly amount: string;
  readonly createdMs: number;
  /** Start of the first attempt without an answer that may have reached the biller. */
  readonly unansweredMs?: number;
  /** Why the biller refuses this event. */
  readonly refusal?: string;
}

/** `uncertain`: it is unknown whether the biller has the event, and too late to send it again. */
export type MeterEventState = 'pending' | 'sent' | 'uncertain';

export function identifierOf(
  project: string,
  exporterId: string,
  { customer, day, model, sequence, amount }: Omit<MeterEvent, 'identifier' | 'createdMs' | 'quantity'>,
): string {
  const content = JSON.stringify([project, exporterId, customer, day, model, sequence, amount]);
  return `usp_${createHash('sha256').update(content).digest('hex').slice(0, 40)}`;
}
