import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

import { MISSED, MissedRequests } from './missed-requests.ts';
import { processWarning } from './process-warning.ts';

/** Worker threads get a copy of this from the thread that starts them. */
const IS_SET_UP = 'userspan.openai.set-up.1';

/**
 * A set-up holds for the thread that it is made in. In a worker thread of one that has a set-up, a request that is missed
 * because the worker has none is warned of.
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

/** Called where this thread has a set-up. */
export function markSetUp(): void {
  missedInWorker?.stop();
  setEnvironmentData?.(IS_SET_UP, true);
}
