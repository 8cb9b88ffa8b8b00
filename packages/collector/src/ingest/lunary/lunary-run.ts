import type { ClientUser } from '../client-user.ts';
import type { LunaryEvent } from './lunary-event.ts';

/** Where an event came from. */
export interface LunarySender {
  readonly project: string;
  readonly claimed: boolean;
}

/** An event as the journal keeps it. */
export interface ReceivedEvent extends LunarySender {
  readonly receivedAtMs: number;
  readonly event: LunaryEvent;
}

/** One run or one message. A run is open until both its events are here. */
export interface Run extends LunarySender {
  readonly key: string;
  traceId: string;
  readonly spanId: string;
  parentSpanId: string | undefined;
  readonly receivedAtMs: number;
  /** Its parent's user, or its own. */
  user: ClientUser | undefined;
  readonly events: ReceivedEvent[];
  state: 'open' | 'ready' | 'done';
  /** Whether its end was seen; an end that comes after the run's span was sent becomes a span below it. */
  hasEnd: boolean;
  bytes: number;
}

export function isEnd({ event }: LunaryEvent): boolean {
  return event === 'end' || event === 'error';
}

/** Messages of the older `trackUserMessage` and `trackBotMessage`, and lines of a log. */
export function isChat({ type }: LunaryEvent): boolean {
  return type === 'chat' || type === 'convo' || type === 'message' || type === 'log';
}
