// Compiled without openai installed: an app that already has the instrumentation.
import { OpenAIInstrumentation } from '@userspan/openai';
import type { CallOptions } from '@userspan/openai';

export const instrumentation: { disable(): void } = new OpenAIInstrumentation();
export const stated: CallOptions = { userProps: { name: 'Ada' }, tags: ['a'] };
