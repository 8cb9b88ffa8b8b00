import type { ClientUser } from '../client-user.ts';
import type { LunaryEvent } from './lunary-event.ts';

/** The sender of an event. */
export interface LunarySender {
  readonly project: string;
  readonly claimed: boolean;
}

/** An event in the journal. */
export interface ReceivedEvent extends LunarySender {
  readonly receivedAtMs: number;
  readonly event: LunaryEvent;
}

/** One run or one message. A run is open until both of its events have arrived. */
export interface Run extends LunarySender {
  readonly key: string;
  traceId: string;
  readonly spanId: string;
  parentSpanId: string | undefined;
  readonly receivedAtMs: number;
  /** Its own user or its parent's. */
  user: ClientUser | undefined;
  readonly events: ReceivedEvent[];
  state: 'open' | 'ready' | 'done';
  /** Whether its end has arrived. An end that arrives after the run's span was sent becomes a span below it. */
  hasEnd: boolean;
  bytes: number;
}

export function isEnd({ event }: LunaryEvent): boolean {
  return event === 'end' || event === 'error';
}

/** Whether it is a message of the older `trackUserMessage` and `trackBotMessage`, or a log line. */
export function isChat({ type }: LunaryEvent): boolean {
  return type === 'chat' || type === 'convo' || type === 'message' || type === 'log';
}
