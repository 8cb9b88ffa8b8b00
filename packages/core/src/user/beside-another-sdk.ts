import type { Context, Span, Tracer, TracerProvider } from '@opentelemetry/api';
import { context as contextApi, trace } from '@opentelemetry/api';

import { markOwnSpan, ownSpanIn, setCurrentSpan } from '../process/own-provider.ts';
import { joinLocalTrace, localTraceOf } from './local-trace.ts';

/**
 * A provider for `setOwnTracerProvider` that starts its spans with another one: below the nearest span of ours, or else below
 * the active span of the other SDK. None of its spans becomes the active span.
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
 * Puts the spans of another SDK into local traces, so that `identify(id)` on one of them names the user of our spans below
 * the others. Writes nothing on a span.
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
