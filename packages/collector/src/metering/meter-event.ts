import { createHash } from 'node:crypto';

/** One event for a biller: a difference to what was sent about a customer, a day and a model. */
export interface MeterEvent {
  /** Made from the content, so that the same event is the same wherever and whenever it is made. */
  readonly identifier: string;
  readonly customer: string;
  /** Days since the epoch, UTC. */
  readonly day: number;
  readonly model: string;
  /** 1 for the first event about its customer, day and model. */
  readonly sequence: number;
  /** What was used, before mark-up; exact decimal, negative where something is taken back. */
  readonly quantity: string;
  /** What the event says; exact decimal. */
  readonly amount: string;
  readonly createdMs: number;
  /** When the first attempt began that may have reached the biller without an answer. */
  readonly unansweredMs?: number;
  /** Why the biller does not take this event, although it takes others. */
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
