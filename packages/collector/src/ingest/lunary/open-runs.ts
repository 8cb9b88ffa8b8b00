import { type ClientSpan, spanIdOf, traceIdOf } from '../client-span.ts';
import type { LunaryEvent, LunaryUser } from './lunary-event.ts';
import { runSpan } from './run-span.ts';
import { threadSpan } from './thread-span.ts';

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

/** A span that is complete and not yet in the write-ahead log. */
export interface ReadySpan extends LunarySender {
  readonly key: string;
  readonly span: ClientSpan;
}

/** One run or one message. A run is open until both its events are here. */
export interface Run extends LunarySender {
  readonly key: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly receivedAtMs: number;
  /** Its parent's user, or its own. */
  readonly user: LunaryUser | undefined;
  readonly events: ReceivedEvent[];
  state: 'open' | 'ready' | 'done';
  bytes: number;
}

/** How long a run waits for its end; an end without a start waits for {@link END_ONLY_MS}. No request takes longer. */
export const OPEN_MS = 3_600_000;
export const END_ONLY_MS = 60_000;
/** Bytes of events that may wait; the oldest runs are completed as they are when there are more. */
const MAX_OPEN_BYTES = 64 << 20;
/** Runs that are done are kept as parents of later ones, and to recognize an event that is sent twice. */
const MAX_RUNS = 100_000;
const RUN_BYTES = 512;

/**
 * Joins the events of Lunary's runs into spans. A pure function of the events in their order: replaying the journal gives
 * the same spans with the same ids, so a span that was sent before a crash is sent again and counts once.
 *
 * Events of a web page never complete, and never give a user to, a run that a server started.
 */
export class OpenRuns {
  readonly #runs = new Map<string, Run>();
  #openBytes = 0;

  /** Takes an event; returns whether it is new. */
  apply(received: ReceivedEvent): boolean {
    const { event, project, claimed, receivedAtMs } = received;
    const isOfRun = event.type !== 'thread' && (event.event === 'start' || isEnd(event)) && !isChat(event);
    const key = JSON.stringify([
      project,
      claimed,
      isOfRun ? event.runId : `${event.event} ${event.runId}`,
      ...(event.event === 'feedback' ? [event.timeMs] : []),
    ]);
    const found = this.#runs.get(key);
    if (found !== undefined) {
      const isRepeated = found.events.some((other) => isEnd(other.event) === isEnd(event));
      if (!isOfRun || found.state !== 'open' || isRepeated) {
        return false;
      }
      found.events.push(received);
      this.#grow(found, received);
      found.state = 'ready';
      return true;
    }
    const parent = this.#parentOf(received);
    const root = parent?.traceId ?? traceIdOf(event.parentRunId ?? event.runId);
    const isMessage = !isOfRun && event.event !== 'feedback' && (event.type === 'thread' || isChat(event));
    const isAbout = event.event === 'feedback' ? this.#find(project, claimed, event.runId) : undefined;
    const inherited = parent !== undefined && parent.claimed === claimed ? parent.user : undefined;
    const run: Run = {
      key,
      project,
      claimed,
      receivedAtMs,
      traceId: isAbout?.traceId ?? (isMessage ? traceIdOf(event.runId) : root),
      spanId: spanIdOf(isOfRun || event.event === 'chat' || isChatStart(event) ? event.runId : key),
      user: inherited ?? event.user,
      events: [received],
      state: isOfRun ? 'open' : 'ready',
      bytes: 0,
    };
    this.#runs.set(key, run);
    this.#grow(run, received);
    return true;
  }

  /** Spans that are complete, or whose run has waited for its end too long. */
  ready(nowMs: number): readonly ReadySpan[] {
    for (const run of this.#runs.values()) {
      const hasStart = run.events.some(({ event }) => event.event === 'start');
      const isOver = nowMs - run.receivedAtMs > (hasStart ? OPEN_MS : END_ONLY_MS);
      if (run.state === 'open' && (isOver || this.#openBytes > MAX_OPEN_BYTES)) {
        run.state = 'ready';
        this.#openBytes -= run.bytes;
        run.bytes = 0;
      }
    }
    return [...this.#runs.values()]
      .filter(({ state }) => state === 'ready')
      .map((run) => ({ key: run.key, project: run.project, claimed: run.claimed, span: this.#spanOf(run) }));
  }

  /** The spans of these keys are durable in the write-ahead log. */
  done(keys: readonly string[]): void {
    for (const key of keys) {
      const run = this.#runs.get(key);
      if (run !== undefined) {
        run.state = 'done';
        this.#openBytes -= run.bytes;
        run.bytes = 0;
        run.events.length = 0;
      }
    }
  }

  /** Forgets what is done and too old to be a parent. */
  forget(nowMs: number): void {
    for (const run of this.#runs.values()) {
      if (run.state === 'done' && (nowMs - run.receivedAtMs > OPEN_MS || this.#runs.size > MAX_RUNS)) {
        this.#runs.delete(run.key);
      }
    }
  }

  /** What the journal has to keep, in the order it came. */
  all(): Iterable<Run> {
    return this.#runs.values();
  }

  /** Takes a run back that the journal kept. */
  restore(run: Run): void {
    this.#runs.set(run.key, run);
    this.#openBytes += run.bytes;
  }

  /** Removes the runs of these users, with what they hold. */
  erase(project: string, userIds: ReadonlySet<string>): void {
    for (const run of this.#runs.values()) {
      const names = [run.user?.id, ...run.events.map(({ event }) => event.user?.id)];
      if (run.project === project && names.some((id) => id !== undefined && userIds.has(id))) {
        this.#openBytes -= run.bytes;
        this.#runs.delete(run.key);
      }
    }
  }

  #spanOf(run: Run): ClientSpan {
    const [{ event: first } = { event: undefined }] = run.events;
    if (first === undefined) {
      throw new Error('a run that is ready has an event');
    }
    if (isChat(first) || first.type === 'thread' || !(first.event === 'start' || isEnd(first))) {
      return threadSpan(run, first, this.#find(run.project, run.claimed, first.runId));
    }
    return runSpan(run);
  }

  #parentOf({ event, project, claimed }: ReceivedEvent): Run | undefined {
    return event.parentRunId === undefined ? undefined : this.#find(project, claimed, event.parentRunId);
  }

  /** The run or message with this id: one of the same kind of sender first. */
  #find(project: string, claimed: boolean, runId: string): Run | undefined {
    for (const isClaimed of [claimed, !claimed]) {
      for (const id of [runId, `chat ${runId}`, `start ${runId}`]) {
        const run = this.#runs.get(JSON.stringify([project, isClaimed, id]));
        if (run !== undefined) {
          return run;
        }
      }
    }
    return undefined;
  }

  #grow(run: Run, received: ReceivedEvent): void {
    const bytes = RUN_BYTES + JSON.stringify(received).length;
    run.bytes += bytes;
    this.#openBytes += bytes;
  }
}

export function isEnd({ event }: LunaryEvent): boolean {
  return event === 'end' || event === 'error';
}

function isChat({ type }: LunaryEvent): boolean {
  return type === 'chat' || type === 'convo' || type === 'message' || type === 'log';
}

function isChatStart(event: LunaryEvent): boolean {
  return isChat(event) && event.event === 'start';
}
