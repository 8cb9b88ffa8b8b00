import type { Context, Span } from '@opentelemetry/api';
import { createContextKey, trace } from '@opentelemetry/api';

import { keyOfSpan } from '../process/own-provider.ts';

const WITHOUT_BAGGAGE = /* @__PURE__ */ createContextKey('userspan.without-baggage.1');
/** The API does not export the key of the active span, but passes it to `setValue` of the context. */
const SPAN: symbol = spanKey();

/**
 * A context with a span and without the user in its baggage. Every call creates one, so it copies nothing until it is
 * changed.
 */
export class ContextWithoutBaggage implements Context {
  readonly #outer: Context;
  readonly #span: Span | undefined;
  readonly #spanKey: symbol;
  #whole: Context | undefined;

  constructor(outer: Context, span: Span | undefined) {
    this.#outer = outer;
    this.#span = span;
    this.#spanKey = span === undefined ? SPAN : keyOfSpan(span, SPAN);
  }

  getValue(key: symbol): unknown {
    if (key === this.#spanKey && this.#span !== undefined) return this.#span;
    return key === WITHOUT_BAGGAGE ? true : this.#outer.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#copied().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#copied().deleteValue(key);
  }

  #copied(): Context {
    if (this.#whole === undefined) {
      const marked = this.#outer.setValue(WITHOUT_BAGGAGE, true);
      this.#whole = this.#span === undefined ? marked : marked.setValue(this.#spanKey, this.#span);
    }
    return this.#whole;
  }
}

/** Whether this context must not send a user. */
export function isWithoutBaggage(context: Context): boolean {
  return context.getValue(WITHOUT_BAGGAGE) === true;
}

/** The same context, allowed to send a user again. */
export function allowBaggage(context: Context): Context {
  // Each change copies the whole context, so it is made only if needed.
  return isWithoutBaggage(context) ? context.deleteValue(WITHOUT_BAGGAGE) : context;
}

function spanKey(): symbol {
  const seen: symbol[] = [];
  const listener: Context = {
    getValue: () => undefined,
    setValue(key) {
      seen.push(key);
      return listener;
    },
    deleteValue: () => listener,
  };
  trace.setSpanContext(listener, { traceId: '', spanId: '', traceFlags: 0 });
  return seen[0] ?? createContextKey('userspan.no-span.1');
}
