import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

import { MISSED, MissedRequests } from './missed-requests.ts';
import { processWarning } from './process-warning.ts';

/** Worker threads get a copy of this from the thread that starts them. */
const IS_SET_UP = 'userspan.openai.set-up.1';

/**
 * A set-up applies to one thread. If a worker's parent thread has a set-up and the worker has none, requests of the
 * worker cause a warning.
 */
const missedInWorker =
  !isMainThread && getEnvironmentData?.(IS_SET_UP) === true
    ? new MissedRequests(() => {
        processWarning(
          MISSED,
          'a request of the openai package was not recorded: this worker thread has no set-up of its own. Either start the process ' +
            'with node --import @userspan/node/auto app.mjs, which also sets up every worker that is a file, or call register() in the ' +
            'worker before openai is imported there.',
        );
      })
    : undefined;
missedInWorker?.start();

/** Called when this thread gets a set-up. */
export function markSetUp(): void {
  missedInWorker?.stop();
  setEnvironmentData?.(IS_SET_UP, true);
}
