// For applications.
export { observeOpenAI } from './observe-openai.ts';
export { OpenAIInstrumentation } from './openai-instrumentation.ts';
export type { ObserveOpenAIOptions } from './observe-openai.ts';
export type { OpenAIInstrumentationOptions } from './options.ts';
