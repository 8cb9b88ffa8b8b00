import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { UserSpanProcessor } from '@userspan/core';
import { CostSpanProcessor, SpanToUserProcessor } from '@userspan/ledger';

/** A real SDK as an app sets it up by hand, with its spans in memory and its users in a ledger. */
export interface Recorded {
  readonly provider: NodeTracerProvider;
  readonly users: SpanToUserProcessor;
  /** Finished spans, oldest first. */
  spans(): ReadableSpan[];
  /** Name, parent's name and attributes of each. */
  tree(): { name: string; parent: string | undefined; attributes: Record<string, unknown> }[];
  stop(): Promise<void>;
}

/** Sets the SDK up for the whole process. */
export function record(): Recorded {
  const exporter = new InMemorySpanExporter();
  const users = new SpanToUserProcessor();
  const provider = new NodeTracerProvider({
    spanProcessors: [
      new UserSpanProcessor(),
      new CostSpanProcessor(),
      users,
      new SimpleSpanProcessor(exporter),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  const spans = (): ReadableSpan[] => exporter.getFinishedSpans();
  return {
    provider,
    users,
    spans,
    tree() {
      const names = new Map(spans().map((span) => [span.spanContext().spanId, span.name]));
      return spans().map((span) => ({
        name: span.name,
        parent: names.get(span.parentSpanContext?.spanId ?? ''),
        attributes: { ...span.attributes },
      }));
    },
    async stop() {
      await provider.shutdown();
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}
