import { diag, trace } from '@opentelemetry/api';
import type { TracerProvider } from '@opentelemetry/api';
import { localTraceLinker, providerBesideAnotherSdk, setOwnTracerProvider } from '@userspan/core/internal';
import type { ResolvedOptions } from './options.ts';

/** The parts of the providers of SDK 1 to 3 and of Datadog that take a span processor after construction. */
interface OtherProvider {
  getDelegate?(): OtherProvider;
  addSpanProcessor?(processor: object): void;
  readonly _activeSpanProcessor?: { readonly _spanProcessors?: object[] };
}

/**
 * Records in a process whose global tracer provider belongs to another SDK. Our spans go to `provider`, with the trace
 * ids of the active context, and the other SDK's spans are not changed.
 *
 * @returns the provider for our instrumentation, and a function that undoes everything.
 */
export function recordBesideAnotherSdk(
  provider: TracerProvider,
  resolved: ResolvedOptions,
): { readonly provider: TracerProvider; readonly undo: () => void } {
  const beside = providerBesideAnotherSdk(provider);
  setOwnTracerProvider(beside);
  let unlink: (() => void) | undefined;
  let isUndone = false;
  // Deferred, because the other SDK may be in the middle of its registration.
  queueMicrotask(() => {
    if (isUndone) return;
    unlink = linkLocalTraces();
    warn(resolved);
  });
  return {
    provider: beside,
    undo: () => {
      isUndone = true;
      unlink?.();
      setOwnTracerProvider(undefined);
    },
  };
}

/**
 * Adds a processor to the other provider. If that is not possible, `identify(id)` without a function applies to the
 * active span only.
 */
function linkLocalTraces(): (() => void) | undefined {
  try {
    const global = trace.getTracerProvider() as OtherProvider;
    const other = global.getDelegate?.() ?? global;
    if (typeof other.addSpanProcessor === 'function') {
      other.addSpanProcessor(localTraceLinker);
      return undefined;
    }
    const processors = other._activeSpanProcessor?._spanProcessors;
    if (!Array.isArray(processors)) return undefined;
    processors.push(localTraceLinker);
    return () => {
      const index = processors.indexOf(localTraceLinker);
      if (index !== -1) processors.splice(index, 1);
    };
  } catch {
    return undefined;
  }
}

function warn({ target, send, trust }: ResolvedOptions): void {
  const ineffective =
    send === undefined && trust === undefined
      ? ''
      : ' The options send and trust have no effect unless its propagator is wrapped: new UserPropagator(propagator, options).';
  diag.warn(
    'userspan: another OpenTelemetry SDK is set up in this process and keeps the spans that it records. Userspan sends model calls, ' +
      `runs and threads to ${target.url} by itself, in the same traces and whatever the other SDK samples. Spans of servers, databases and ` +
      'other libraries go to the other SDK only. To have those too, see the README of @userspan/node, "Beside another OpenTelemetry SDK".' +
      ineffective,
  );
}
