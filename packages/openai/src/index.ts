// For applications.
export { observeRealtime } from './realtime/observe-realtime.ts';
export { observeOpenAI } from './observe-openai.ts';
export { OpenAIInstrumentation } from './openai-instrumentation.ts';
export { recordBatchOutput } from './batch/record-batch-output.ts';
export type { BatchFile } from './batch/batch-lines.ts';
export type { BatchOutputLine } from './batch/batch-line.ts';
export type { RecordBatchOptions, RecordedBatch } from './batch/record-batch-output.ts';
export type { ObserveOpenAIOptions } from './observe-openai.ts';
export type { ContentAttribute, OpenAIInstrumentationOptions } from './options.ts';
export type { CallOptions } from './call-options.ts';
