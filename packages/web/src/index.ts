// For applications.
export {
  identify,
  init,
  openThread,
  reset,
  trackFeedback,
  trackMessage,
  tracedFetch,
  tracedFetch as fetch,
} from './page.ts';
export type { Feedback, ThreadMessage } from '@userspan/core';
export type { InitOptions } from './options.ts';
export type { Thread, ThreadOptions } from './thread.ts';
export type { Userspan } from './userspan.ts';
