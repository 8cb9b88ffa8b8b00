// For applications.
export { flushAfter } from './flush-after.ts';
export type { RegisterOptions } from './options.ts';
export { register } from './register.ts';
export type { Registration } from './register.ts';

// What an application needs beside register(), so that one package is enough.
export { currentUser, identify, UserPropagator, UserSpanProcessor } from '@userspan/core';
export { CostSpanProcessor, SpanToUserProcessor } from '@userspan/ledger';
export { OpenAIInstrumentation } from '@userspan/openai';
