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
export type { Feedback } from './feedback.ts';
export type { InitOptions } from './options.ts';
export type { Thread, ThreadMessage, ThreadOptions } from './thread.ts';
export type { Userspan } from './userspan.ts';
