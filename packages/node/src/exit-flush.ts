import { currentProcess } from './environment.ts';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Flushes when the process is about to end by itself or by a signal, and takes itself away again.
 *
 * A signal ends the process just as it would have without us: when ours is the only listener the signal is sent
 * once more after the flush; when the app listens too, ending is the app's business. `process.exit()` leaves no
 * time for anything: call `await shutdown()` before it.
 *
 * @returns a function that removes every listener.
 */
export function flushOnExit(flush: () => Promise<void>): () => void {
  const process = currentProcess();
  const onBeforeExit = (): void => {
    remove();
    void flush();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    const alone = process.listenerCount(signal) === 1;
    remove();
    void flush().then(() => {
      if (alone) process.kill(process.pid, signal);
    });
  };
  const remove = (): void => {
    process.off('beforeExit', onBeforeExit);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  process.on('beforeExit', onBeforeExit);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return remove;
}
