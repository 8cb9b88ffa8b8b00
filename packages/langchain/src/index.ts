// For applications.
export { UserspanHandler } from './userspan-handler.ts';
export type { UserspanHandlerOptions } from './userspan-handler.ts';
