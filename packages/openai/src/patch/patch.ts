import type { User } from '@userspan/core';

import type { Recorder } from '../call/recorder.ts';

/** One set of patches: on the classes of one instrumentation, or on one client. */
export interface Patch {
  readonly recorder: Recorder;
  /** The user of the client that was passed to `observeOpenAI`. */
  readonly clientUser: User | undefined;
}
