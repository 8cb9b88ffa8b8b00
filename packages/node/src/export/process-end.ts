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
  const flush = new FlushAtEnd(process, end);
  const onBeforeExit = (): void => flush.onBeforeExit();
  const onSignal = (signal: NodeJS.Signals): void => flush.onSignal(signal, leaveSignals);
  const onException = (): void => flush.onException();
  const onExit = (): void => flush.sync();
  const leaveSignals = (): void => {
    for (const name of SIGNALS) process.off(name, onSignal);
  };
  process.on('beforeExit', onBeforeExit);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('uncaughtExceptionMonitor', onException);
  process.on('exit', onExit);
  return () => {
    process.off('beforeExit', onBeforeExit);
    leaveSignals();
    process.off('uncaughtExceptionMonitor', onException);
    process.off('exit', onExit);
  };
}

/** What has been flushed while a process ends, and which signal ends it after the flush. */
class FlushAtEnd {
  readonly #process: NodeJS.Process;
  readonly #end: ProcessEnd;
  #hasFlushedSync = false;
  #firstSignalAt: number | undefined;
  /** A signal that the app raised again during the flush. */
  #raisedAgain: NodeJS.Signals | undefined;

  constructor(process: NodeJS.Process, end: ProcessEnd) {
    this.#process = process;
    this.#end = end;
  }

  /** Emitted again after the flush, and whenever the app started new work in the meantime. */
  onBeforeExit(): void {
    if (!this.#end.isEmpty()) void this.#end.flush();
  }

  /** @param leave removes the listeners of signals. */
  onSignal(signal: NodeJS.Signals, leave: () => void): void {
    const isAlone = this.#process.listenerCount(signal) === 1;
    if (this.#firstSignalAt !== undefined) {
      // Nest and others close the app, remove their listener and raise the signal again. That signal has to wait for
      // the flush.
      if (isAlone) this.#raisedAgain = signal;
      return;
    }
    this.#firstSignalAt = performance.now();
    // A second signal then ends the process at once.
    if (isAlone) leave();
    void this.#end.flush().then(() => {
      leave();
      const last = isAlone ? signal : this.#raisedAgain;
      if (last !== undefined) this.#process.kill(this.#process.pid, last);
    });
  }

  onException(): void {
    const isHandled =
      this.#process.listenerCount('uncaughtException') > 0 ||
      this.#process.hasUncaughtExceptionCaptureCallback();
    if (!isHandled) this.sync();
  }

  /** Sends the remaining spans synchronously, once, within the remaining time. */
  sync(): void {
    const end = this.#end;
    if (this.#hasFlushedSync || end.isEmpty()) return;
    this.#hasFlushedSync = true;
    const passedMs = this.#firstSignalAt === undefined ? 0 : performance.now() - this.#firstSignalAt;
    try {
      end.flushSync(Math.max(0, end.limitMs - passedMs));
    } catch {
      // An error thrown here would change how the process ends.
    }
  }
}
