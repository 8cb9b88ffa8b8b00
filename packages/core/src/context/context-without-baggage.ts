import type { Context, Span } from '@opentelemetry/api';
import { createContextKey, trace } from '@opentelemetry/api';

const UNSENT = createContextKey('userspan.unsent.1');
/** The API keeps its key to itself, and says it to whatever it sets a span on. */
const SPAN: symbol = spanKey();

/** A context from which no user is sent, below a span. There is one for each call, so it copies nothing by itself. */
export class UnsentContext implements Context {
  readonly #outer: Context;
  readonly #span: Span | undefined;
  #whole: Context | undefined;

  constructor(outer: Context, span: Span | undefined) {
    this.#outer = outer;
    this.#span = span;
  }

  getValue(key: symbol): unknown {
    if (key === SPAN && this.#span !== undefined) return this.#span;
    return key === UNSENT ? true : this.#outer.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#copied().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#copied().deleteValue(key);
  }

  #copied(): Context {
    if (this.#whole === undefined) {
      const unsent = this.#outer.setValue(UNSENT, true);
      this.#whole = this.#span === undefined ? unsent : unsent.setValue(SPAN, this.#span);
    }
    return this.#whole;
  }
}

/** Whether nothing is sent from this context. */
export function isUnsent(context: Context): boolean {
  return context.getValue(UNSENT) === true;
}

/** The context as it is when something may be sent again. */
export function asSendable(context: Context): Context {
  // Each change copies the whole context, so only when there is something to change.
  return isUnsent(context) ? context.deleteValue(UNSENT) : context;
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
