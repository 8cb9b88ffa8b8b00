import { context, ROOT_CONTEXT } from '@opentelemetry/api';

import type { ReadCall } from './read-call.ts';
import type { Recorder } from './recorder.ts';

const SWEEP_MS = 10_000;
/** Number of sweeps after which an answer that the caller has not started to read ends. */
const UNREAD_SWEEPS = 6;
/** The same for a stream from which the caller stopped reading. */
const IDLE_SWEEPS = 60;
/** The same for a background response that is no longer polled. */
const PENDING_SWEEPS = 360;

/** The fields of an answered call that decide when it ends. */
export interface OpenCall extends Pick<ReadCall, 'start'> {
  /** The sweep of its last activity. */
  sweep: number;
  /** Whether it is in the list. */
  isOpen: boolean;
  newer: OpenCall | undefined;
  older: OpenCall | undefined;
  /** The object from which the answer is read, until the finalization registry watches it. */
  readFrom: object | undefined;
  /** Whether garbage collection of that object ends the call. */
  isDropWatched: boolean;
  readonly isStreaming: boolean;
  readonly isWaiting: boolean;
  readonly isParsing: boolean;
  close(): void;
}

/** A linked list through the calls themselves, because every request adds and removes a call, which must be cheap. */
let newest: OpenCall | undefined;
let sweeps = 0;
let timer: NodeJS.Timeout | undefined;

const dropped = new FinalizationRegistry<OpenCall>((call) => call.close());
/** Registered objects survive the garbage collection of young objects, so calls are registered only after this time. */
const REGISTER_MS = 1000;
let registering: NodeJS.Timeout | undefined;

/**
 * Ensures that a call ends even if its answer is never read: when the object from which it would be read is
 * garbage-collected, or after a minute (ten minutes without a chunk, an hour in the background).
 */
export function followOpenCall(call: OpenCall): void {
  call.sweep = sweeps;
  call.isOpen = true;
  call.older = newest;
  if (newest !== undefined) newest.newer = call;
  newest = call;
  timer ??= atRoot(() => setInterval(sweep, SWEEP_MS));
}

/** Ends the call when this object is garbage-collected. Replaces an object that was watched before. */
export function endWhenDropped(object: object, call: OpenCall): void {
  keepWhenDropped(call);
  call.readFrom = object;
  if (registering !== undefined) return;
  registering = atRoot(() => setTimeout(registerOpenCalls, REGISTER_MS));
}

/** Stops watching a call, because its reader ends it. */
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

/** The number of the current sweep, a very cheap clock. */
export function currentSweep(): number {
  return sweeps;
}

/** Ends all open calls of a recorder that stops. */
export function endOpenCalls(recorder: Recorder): void {
  for (const call of openCalls()) if (call.start.recorder === recorder) call.close();
}

/**
 * Starts a timer in the root context. Otherwise the timer would keep the current context with a call's span in memory.
 */
function atRoot(start: () => NodeJS.Timeout): NodeJS.Timeout {
  // To enter even the root context would enable the async hooks of Node 20 and 22.
  return (context.active() === ROOT_CONTEXT ? start() : context.with(ROOT_CONTEXT, start)).unref();
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
