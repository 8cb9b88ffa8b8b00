// For applications.
export { useIdentify } from './react/use-identify.ts';
export { useThread } from './react/use-thread.ts';
export { useUserspan } from './react/use-userspan.ts';
