import { context, ROOT_CONTEXT } from '@opentelemetry/api';

import type { ReadCall } from './read-call.ts';
import type { Recorder } from './recorder.ts';

const SWEEP_MS = 10_000;
/** The caller has not begun to read the answer. */
const UNREAD_SWEEPS = 6;
/** The caller stopped reading without closing the stream. */
const IDLE_SWEEPS = 60;
/** A response in the background that is not polled any more. */
const PENDING_SWEEPS = 360;

/** A call whose answer has come, as far as it is decided here when it ends. */
export interface OpenCall extends Pick<ReadCall, 'start'> {
  /** The sweep in which it last had activity. */
  sweep: number;
  /** Its place in the list. */
  isOpen: boolean;
  newer: OpenCall | undefined;
  older: OpenCall | undefined;
  /** What its answer is read from, until the finalization registry watches it. */
  readFrom: object | undefined;
  /** Whether garbage collection is to end it. */
  isDropWatched: boolean;
  readonly isStreaming: boolean;
  readonly isWaiting: boolean;
  readonly isParsing: boolean;
  close(): void;
}

/** A linked list through the calls themselves: a call is added and removed with every request, which must cost nothing. */
let newest: OpenCall | undefined;
let sweeps = 0;
let timer: NodeJS.Timeout | undefined;

const dropped = new FinalizationRegistry<OpenCall>((call) => call.close());
/** What is registered outlives the collections of young objects, so only what is still open after a while is. */
const REGISTER_MS = 1000;
let registering: NodeJS.Timeout | undefined;

/**
 * Follows a call whose answer is there and may never be read, so that it ends all the same: when what it would be read
 * from is collected as garbage, or after a minute (ten minutes without a chunk, an hour in the background).
 */
export function followOpenCall(call: OpenCall): void {
  call.sweep = sweeps;
  call.isOpen = true;
  call.older = newest;
  if (newest !== undefined) newest.newer = call;
  newest = call;
  timer ??= atRoot(() => setInterval(sweep, SWEEP_MS));
}

/** Ends the call when this object is collected as garbage. Replaces an object that was watched before. */
export function endWhenDropped(object: object, call: OpenCall): void {
  keepWhenDropped(call);
  call.readFrom = object;
  if (registering !== undefined) return;
  registering = atRoot(() => setTimeout(registerOpenCalls, REGISTER_MS));
}

/** Stops watching a call that is being read: its reader ends it. */
export function keepWhenDropped(call: OpenCall): void {
  call.readFrom = undefined;
  if (!call.isDropWatched) return;
  dropped.unregister(call);
  call.isDropWatched = false;
}

function registerOpenCalls(): void {
  registering = undefined;
  for (let call = newest; call !== undefined; call = call.older) {
    if (call.readFrom === undefined) continue;
    dropped.register(call.readFrom, call, call);
    call.isDropWatched = true;
    call.readFrom = undefined;
  }
}

/** Removes a call that has ended. */
export function forgetOpenCall(call: OpenCall): void {
  keepWhenDropped(call);
  if (!call.isOpen) return;
  call.isOpen = false;
  const { newer, older } = call;
  if (newer === undefined) newest = older;
  else newer.older = older;
  if (older !== undefined) older.newer = newer;
  call.newer = undefined;
  call.older = undefined;
}

/** The number of the current sweep: a clock that costs nothing to read. */
export function currentSweep(): number {
  return sweeps;
}

/** Ends what is still open of a recorder that stops. */
export function endOpenCalls(recorder: Recorder): void {
  for (const call of openCalls()) if (call.start.recorder === recorder) call.close();
}

/** A timer keeps the context that it is made in, and with it one call's span. */
function atRoot(start: () => NodeJS.Timeout): NodeJS.Timeout {
  return context.with(ROOT_CONTEXT, start).unref();
}

function openCalls(): OpenCall[] {
  const calls: OpenCall[] = [];
  for (let call = newest; call !== undefined; call = call.older) calls.push(call);
  return calls;
}

function sweep(): void {
  sweeps += 1;
  for (const call of openCalls()) {
    const limit = call.isStreaming ? IDLE_SWEEPS : UNREAD_SWEEPS;
    if (sweeps - call.sweep > (call.isWaiting ? PENDING_SWEEPS : limit) && !call.isParsing) call.close();
  }
  if (newest !== undefined) return;
  clearInterval(timer);
  timer = undefined;
}
