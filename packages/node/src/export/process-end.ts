import { currentProcess } from '../environment.ts';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** What to do with the spans that are left when a process ends. */
export interface ProcessEnd {
  /** Whether no span is left. */
  isEmpty(): boolean;
  /** Sends what is left, within the limit of a flush. */
  flush(): Promise<void>;
  /** Sends what is left before it returns: nothing asynchronous runs in this process any more. */
  flushSync(limitMs: number): void;
  /** Longest time that the end of the process waits. */
  readonly limitMs: number;
}

/**
 * Flushes when the process is about to end: by itself, by a signal, by `process.exit()` or by an uncaught exception.
 *
 * The process ends as it would have without us: when ours is the only listener of a signal, the signal is sent once more
 * after the flush; when the app listens too, ending is the app's business. Many servers then call `process.exit()` while
 * the flush runs; what it has not sent is sent synchronously, in the time that the flush had left. An exception keeps its
 * message and exit code.
 *
 * @returns a function that removes every listener.
 */
export function flushAtProcessEnd(end: ProcessEnd): () => void {
  const process = currentProcess();
  // Emitted again after the flush, and whenever the app has found something to do meanwhile.
  const onBeforeExit = (): void => {
    if (!end.isEmpty()) void end.flush();
  };
  let firstSignalAt: number | undefined;
  let hasFlushedSync = false;
  const flushSync = (): void => {
    if (hasFlushedSync || end.isEmpty()) return;
    hasFlushedSync = true;
    const passedMs = firstSignalAt === undefined ? 0 : performance.now() - firstSignalAt;
    try {
      end.flushSync(Math.max(0, end.limitMs - passedMs));
    } catch {
      // Thrown here, it would change how the process ends.
    }
  };
  let raisedAgain: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const isAlone = process.listenerCount(signal) === 1;
    if (firstSignalAt !== undefined) {
      // Nest and others close, take their listener away and send the signal again: it waits for the flush.
      if (isAlone) raisedAgain = signal;
      return;
    }
    firstSignalAt = performance.now();
    const leave = (): void => {
      for (const name of SIGNALS) process.off(name, onSignal);
    };
    // A second signal then ends the process at once.
    if (isAlone) leave();
    void end.flush().then(() => {
      leave();
      const last = isAlone ? signal : raisedAgain;
      if (last !== undefined) process.kill(process.pid, last);
    });
  };
  const onException = (): void => {
    const isHandled =
      process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
    if (!isHandled) flushSync();
  };
  process.on('beforeExit', onBeforeExit);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('uncaughtExceptionMonitor', onException);
  process.on('exit', flushSync);
  return () => {
    process.off('beforeExit', onBeforeExit);
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off('uncaughtExceptionMonitor', onException);
    process.off('exit', flushSync);
  };
}
