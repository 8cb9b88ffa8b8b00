import { currentProcess } from '../environment.ts';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** How to send remaining spans when a process ends. */
export interface ProcessEnd {
  /** Whether no span has to be sent. */
  isEmpty(): boolean;
  /** Sends the remaining spans within the time limit of a flush. */
  flush(): Promise<void>;
  /** Sends the remaining spans synchronously, because this process runs no more asynchronous code. */
  flushSync(limitMs: number): void;
  /** Maximum time that the end of the process is delayed. */
  readonly limitMs: number;
}

/**
 * Flushes when the process is about to end: normally, by a signal, by `process.exit()` or by an uncaught exception.
 *
 * The process ends as it would without us. If only we listen to a signal, the signal is raised again after the flush;
 * if the app listens, too, the app ends the process. Many servers then call `process.exit()` during the flush; spans
 * that were not sent yet are sent synchronously within the remaining time. An exception keeps its message and exit
 * code.
 *
 * @returns a function that removes every listener.
 */
export function flushAtProcessEnd(end: ProcessEnd): () => void {
  const process = currentProcess();
  // Emitted again after the flush, and whenever the app started new work in the meantime.
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
      // An error thrown here would change how the process ends.
    }
  };
  let raisedAgain: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const isAlone = process.listenerCount(signal) === 1;
    if (firstSignalAt !== undefined) {
      // Nest and others close the app, remove their listener and raise the signal again. That signal has to wait for
      // the flush.
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
