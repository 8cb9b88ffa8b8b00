// For applications.
export { AgentsTracingProcessor } from './agents-tracing-processor.ts';
export type { AgentsTracingProcessorOptions } from './agents-tracing-processor.ts';
export type { StepData, TracedRun, TracedStep } from './traced.ts';
