import { currentProcess } from '../environment.ts';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** What to do with the spans that are left when a process ends. */
export interface ProcessEnd {
  /** Whether no span is left. */
  isEmpty(): boolean;
  /** Sends what is left, within the limit of a flush. */
  flush(): Promise<void>;
  /** Sends what is left before it returns: the process is about to die of an exception. */
  flushSync(): void;
}

/**
 * Flushes when the process is about to end by itself, by a signal or by an uncaught exception.
 *
 * The process ends as it would have without us: when ours is the only listener of a signal, the signal is sent once more
 * after the flush; when the app listens too, ending is the app's business. An exception keeps its message and exit code.
 * `process.exit()` leaves no time for anything: call `await shutdown()` before it.
 *
 * @returns a function that removes every listener.
 */
export function flushAtProcessEnd(end: ProcessEnd): () => void {
  const process = currentProcess();
  // Emitted again after the flush, and whenever the app has found something to do meanwhile.
  const onBeforeExit = (): void => {
    if (!end.isEmpty()) void end.flush();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    const isAlone = process.listenerCount(signal) === 1;
    for (const name of SIGNALS) process.off(name, onSignal);
    void end.flush().then(() => {
      if (isAlone) process.kill(process.pid, signal);
    });
  };
  const onException = (): void => {
    const isHandled =
      process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
    if (!isHandled && !end.isEmpty()) end.flushSync();
  };
  process.on('beforeExit', onBeforeExit);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('uncaughtExceptionMonitor', onException);
  return () => {
    process.off('beforeExit', onBeforeExit);
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off('uncaughtExceptionMonitor', onException);
  };
}
