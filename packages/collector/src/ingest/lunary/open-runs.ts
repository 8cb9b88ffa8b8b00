import { type ClientSpan, spanIdOf, traceIdOf, traceParentOf } from '../client-span.ts';
import type { LunaryEvent } from './lunary-event.ts';
import { isChat, isEnd, type LunarySender, type ReceivedEvent, type Run } from './lunary-run.ts';
import { runSpan } from './run-span.ts';
import { threadSpan } from './thread-span.ts';

/** A complete span that is not yet in the write-ahead log. */
export interface ReadySpan extends LunarySender {
  readonly key: string;
  readonly span: ClientSpan;
}

/** How long a run waits for its end; an end without a start waits for {@link END_ONLY_MS}. */
export const OPEN_MS = 3_600_000;
export const END_ONLY_MS = 60_000;
/** Maximum size of waiting events in bytes. Above it, the oldest runs are completed without their end. */
const MAX_OPEN_BYTES = 64 << 20;
/** Maximum number of completed runs that are kept as parents of later ones and to recognize repeated events. */
const MAX_RUNS = 100_000;
const RUN_BYTES = 512;

/**
 * Joins the events of Lunary's runs into spans. A pure function of the events in their order: replaying the journal gives
 * the same spans with the same ids, so a span that was sent before a crash is sent again and counts once.
 *
 * Events of a web page never complete a run that a server started, and never set its user.
 */
export class OpenRuns {
  /** By key, oldest first. */
  readonly #runs = new Map<string, Run>();
  readonly #open = new Set<Run>();
  readonly #ready = new Set<Run>();
  #openBytes = 0;

  /** Takes an event; returns whether it is new. */
  apply(received: ReceivedEvent): boolean {
    const { event, project, claimed } = received;
    if (!isOfRun(event)) {
      return this.#applyMoment(received);
    }
    const key = keyOf(project, claimed, event.runId);
    const found = this.#runs.get(key);
    if (found === undefined) {
      this.#add({ ...this.#newRun(key, received), spanId: spanIdOf(event.runId) }, received, 'open');
      return true;
    }
    if (found.state === 'done' && !found.hasEnd && isEnd(event)) {
      found.hasEnd = true;
      this.#addLateEnd(found, received);
      return true;
    }
    if (found.state !== 'open' || found.events.some((other) => isEnd(other.event) === isEnd(event))) {
      return false;
    }
    if (!isEnd(event)) {
      // The end arrived first, and only the start has the user and the parent.
      const { traceId, parentSpanId, user } = this.#newRun(key, received);
      Object.assign(found, { traceId, parentSpanId, user: user ?? found.user });
    }
    found.events.push(received);
    found.hasEnd = true;
    this.#grow(found, received);
    this.#setReady(found);
    return true;
  }

  /** Spans of complete runs, and of runs that have waited too long for their end. */
  ready(nowMs: number): readonly ReadySpan[] {
    for (const run of this.#open) {
      const hasStart = run.events.some(({ event }) => !isEnd(event));
      if (nowMs - run.receivedAtMs > (hasStart ? OPEN_MS : END_ONLY_MS) || this.#openBytes > MAX_OPEN_BYTES) {
        this.#openBytes -= run.bytes;
        run.bytes = 0;
        this.#setReady(run);
      }
    }
    return Array.from(this.#ready, (run) => ({
      key: run.key,
      project: run.project,
      claimed: run.claimed,
      span: this.#spanOf(run),
    }));
  }

  /** Call when the spans of these keys are durable in the write-ahead log. */
  done(keys: readonly string[]): void {
    for (const key of keys) {
      const run = this.#runs.get(key);
      if (run !== undefined) {
        this.#openBytes -= run.bytes;
        run.bytes = 0;
        run.events.length = 0;
        run.state = 'done';
        this.#open.delete(run);
        this.#ready.delete(run);
      }
    }
  }

  /** Removes completed runs that are too old to be a parent. */
  forget(nowMs: number): void {
    for (const run of this.#runs.values()) {
      if (run.state === 'done' && (nowMs - run.receivedAtMs > OPEN_MS * 2 || this.#runs.size > MAX_RUNS)) {
        this.#runs.delete(run.key);
      }
    }
  }

  /** All runs that the journal must keep, in order of arrival. */
  all(): Iterable<Run> {
    return this.#runs.values();
  }

  /** Restores a run from the journal. */
  restore(run: Run): void {
    this.#remove(this.#runs.get(run.key));
    this.#runs.set(run.key, run);
    this.#openBytes += run.bytes;
    if (run.state === 'open') {
      this.#open.add(run);
    } else if (run.state === 'ready') {
      this.#ready.add(run);
    }
  }

  /** Removes the runs of these users. */
  erase(project: string, userIds: ReadonlySet<string>): void {
    for (const run of this.#runs.values()) {
      const names = [run.user?.id, ...run.events.map(({ event }) => event.user?.id)];
      if (run.project === project && names.some((id) => id !== undefined && userIds.has(id))) {
        this.#remove(run);
      }
    }
  }

  /** Applies a message, an event, feedback or a log line, which consist of a single event. */
  #applyMoment(received: ReceivedEvent): boolean {
    const { event, project, claimed } = received;
    const isFeedback = event.event === 'feedback';
    const key = keyOf(
      project,
      claimed,
      `${event.event} ${event.runId}`,
      ...(isFeedback ? [JSON.stringify(event.feedback)] : []),
    );
    if (this.#runs.has(key)) {
      return false;
    }
    const run = this.#newRun(key, received);
    const isMessage = event.type === 'thread' || isChat(event);
    const about = isFeedback ? this.#find(project, claimed, event.runId) : undefined;
    const isNamedById = event.event === 'chat' || (isChat(event) && event.event === 'start');
    this.#add(
      {
        ...run,
        traceId: about?.traceId ?? (isMessage ? traceIdOf(event.runId) : run.traceId),
        spanId: spanIdOf(isNamedById ? event.runId : key),
      },
      received,
      'ready',
    );
    return true;
  }

  /** Adds the end of a run that was already sent. It becomes a separate span below the run, for the same call. */
  #addLateEnd(run: Run, received: ReceivedEvent): void {
    const key = keyOf(run.project, run.claimed, `late ${received.event.runId}`);
    this.#add(
      {
        ...this.#newRun(key, received),
        traceId: run.traceId,
        spanId: spanIdOf(key),
        parentSpanId: run.spanId,
        user: run.user,
      },
      received,
      'ready',
    );
  }

  #newRun(key: string, { event, project, claimed, receivedAtMs }: ReceivedEvent): Omit<Run, 'spanId'> {
    const { parentRunId } = event;
    // Within a trace of OpenTelemetry, the run and the span of another instrumentation can be joined without a common id.
    const above = traceParentOf(event.traceparent);
    const parent = parentRunId === undefined ? undefined : this.#find(project, claimed, parentRunId);
    const inherited = parent !== undefined && parent.claimed === claimed ? parent.user : undefined;
    return {
      key,
      project,
      claimed,
      receivedAtMs,
      traceId: above?.traceId ?? parent?.traceId ?? traceIdOf(parentRunId ?? event.runId),
      parentSpanId: above?.spanId ?? (parentRunId === undefined ? undefined : spanIdOf(parentRunId)),
      user: inherited ?? event.user,
      events: [],
      state: 'open',
      hasEnd: isEnd(event),
      bytes: 0,
    };
  }

  #add(run: Run, received: ReceivedEvent, state: 'open' | 'ready'): void {
    this.#runs.set(run.key, run);
    run.events.push(received);
    this.#grow(run, received);
    if (state === 'open') {
      this.#open.add(run);
    } else {
      this.#setReady(run);
    }
  }

  #setReady(run: Run): void {
    run.state = 'ready';
    this.#open.delete(run);
    this.#ready.add(run);
  }

  #remove(run: Run | undefined): void {
    if (run !== undefined) {
      this.#openBytes -= run.bytes;
      this.#runs.delete(run.key);
      this.#open.delete(run);
      this.#ready.delete(run);
    }
  }

  #spanOf(run: Run): ClientSpan {
    const [{ event: first } = { event: undefined }] = run.events;
    if (first === undefined) {
      throw new Error('a run that is ready has an event');
    }
    return isOfRun(first)
      ? runSpan(run)
      : threadSpan(run, first, this.#find(run.project, run.claimed, first.runId));
  }

  /** The run or message with this id, preferably from the same kind of sender. */
  #find(project: string, claimed: boolean, runId: string): Run | undefined {
    for (const isClaimed of [claimed, !claimed]) {
      for (const id of [runId, `chat ${runId}`, `start ${runId}`]) {
        const run = this.#runs.get(keyOf(project, isClaimed, id));
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

/** Whether an event is the start or end of a run. */
function isOfRun(event: LunaryEvent): boolean {
  return event.type !== 'thread' && !isChat(event) && (event.event === 'start' || isEnd(event));
}

function keyOf(project: string, claimed: boolean, ...id: readonly string[]): string {
  return JSON.stringify([project, claimed, ...id]);
}
