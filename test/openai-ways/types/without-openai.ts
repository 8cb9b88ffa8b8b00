// Compiled where openai is not installed: an app that brings the instrumentation for later.
import { OpenAIInstrumentation } from '@userspan/openai';
import type { CallOptions } from '@userspan/openai';

export const instrumentation: { disable(): void } = new OpenAIInstrumentation();
export const stated: CallOptions = { userProps: { name: 'Ada' }, tags: ['a'] };
