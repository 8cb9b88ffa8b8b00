import type { Context, Span, Tracer, TracerProvider } from '@opentelemetry/api';
import { context as contextApi, trace } from '@opentelemetry/api';

import { markOwnSpan, ownSpanIn, setCurrentSpan } from '../process/own-provider.ts';
import { joinLocalTrace, localTraceOf } from './local-trace.ts';

/**
 * Wraps a provider for `setOwnTracerProvider`. The parent of its spans is the nearest span of ours, otherwise the
 * active span of the other SDK. None of its spans becomes the active span.
 */
export function providerBesideAnotherSdk(provider: TracerProvider): TracerProvider {
  return { getTracer: (...scope) => tracerBeside(provider.getTracer(...scope)) };
}

function tracerBeside(tracer: Tracer): Tracer {
  return { startSpan, startActiveSpan };

  function startSpan(
    ...[name, options, context = contextApi.active()]: Parameters<Tracer['startSpan']>
  ): Span {
    const own = ownSpanIn(context);
    if (own === undefined) linkLocalTrace(trace.getSpan(context), undefined);
    return markOwnSpan(
      tracer.startSpan(name, options, own === undefined ? context : trace.setSpan(context, own)),
    );
  }

  function startActiveSpan(name: string, ...args: unknown[]): never {
    const fn = args.at(-1) as (span: Span) => never;
    const [options, context = contextApi.active()] = args.slice(0, -1) as [object?, Context?];
    const span = startSpan(name, options, context);
    return contextApi.with(setCurrentSpan(context, span), fn, undefined, span);
  }
}

/**
 * A span processor that assigns spans of another SDK to local traces, so that `identify(id)` inside one of them also
 * applies to our spans in the same trace. Writes nothing on a span.
 */
export const localTraceLinker = {
  onStart(span: Span, parentContext: Context): void {
    linkLocalTrace(span, trace.getSpan(parentContext));
  },
  onEnd(): void {},
  forceFlush: (): Promise<void> => Promise.resolve(),
  shutdown: (): Promise<void> => Promise.resolve(),
};

function linkLocalTrace(span: Span | undefined, parent: Span | undefined): void {
  if (span === undefined || localTraceOf(span) !== undefined || !Object.isExtensible(span)) return;
  joinLocalTrace(span, localTraceOf(parent) ?? { statement: undefined });
}
