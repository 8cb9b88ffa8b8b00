import type { SpanQueue, Waiting } from './span-queue.ts';
import { warnOnce } from '../warn.ts';

/** Maximum size of all `keepalive` requests of a page together, minus an allowance for headers. */
const KEEPALIVE_BYTES = 60_000;
/** Maximum size of other requests. */
const REQUEST_BYTES = 1_000_000;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 300_000;

/** Sends the spans of a queue. */
export interface SpanSender {
  /** Sends after a short delay, together with spans that are added until then. */
  readonly sendSoon: () => void;
  /** Sends now. Resolves with true if no spans are waiting any more. */
  readonly sendNow: () => Promise<boolean>;
  /** Immediately sends what fits, because the page may be about to close. */
  readonly sendLast: () => void;
  readonly close: () => void;
}

/** Result of a request: accepted, refused, or to be retried after a time. */
type Fate = 'arrived' | 'refused' | { readonly retryMs: number | undefined };

/** Creates the sender of a queue. `bodyOf` combines spans into a request body. */
export function makeSender(options: {
  url: string;
  key: string | undefined;
  queue: SpanQueue;
  delayMs: number;
  bodyOf: (spans: readonly string[]) => string;
}): SpanSender {
  const { url, key, queue, delayMs, bodyOf } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let bytesOut = 0;
  /** Spans in a request that ends when the page closes. */
  let atRisk: readonly Waiting[] = [];
  let running: Promise<boolean> | undefined;

  const schedule = (ms: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void sendNow();
    }, ms);
  };
  const unschedule = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };

  async function post(batch: readonly Waiting[]): Promise<Fate> {
    const bytes = batch.reduce((sum, each) => sum + each.bytes, 0);
    const keepalive = bytesOut + bytes <= KEEPALIVE_BYTES;
    if (keepalive) bytesOut += bytes;
    else atRisk = batch;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        },
        body: bodyOf(batch.map((each) => each.text)),
        keepalive,
        credentials: 'omit',
      });
      return fateOf(response);
    } catch {
      return { retryMs: undefined };
    } finally {
      if (keepalive) bytesOut -= bytes;
      else atRisk = [];
    }
  }

  function settle(batch: readonly Waiting[], fate: Fate): boolean {
    if (typeof fate === 'string') {
      queue.remove(batch);
      failures = 0;
      return true;
    }
    queue.requeue(batch);
    const wait = Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS);
    failures += 1;
    schedule(Math.max(fate.retryMs ?? 0, wait));
    return false;
  }

  async function sendAll(): Promise<boolean> {
    for (;;) {
      const batch = queue.take(REQUEST_BYTES);
      if (batch.length === 0) return queue.size === 0;
      if (!settle(batch, await post(batch))) return false;
    }
  }

  function sendNow(): Promise<boolean> {
    unschedule();
    running ??= sendAll().finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    sendSoon: () => schedule(delayMs),
    sendNow,
    sendLast() {
      queue.requeue(atRisk);
      const batch = queue.take(KEEPALIVE_BYTES - bytesOut);
      if (batch.length === 0) return;
      if (canOutlivePage() || key !== undefined) {
        // Spans that do not arrive stay in `localStorage` for the next page.
        void post(batch).then((fate) => settle(batch, fate));
        return;
      }
      const body = new Blob([bodyOf(batch.map((each) => each.text))], { type: 'application/json' });
      if (navigator.sendBeacon(url, body)) queue.remove(batch);
      else queue.requeue(batch);
    },
    close: unschedule,
  };
}

/** Whether `fetch` supports `keepalive`. A beacon cannot send a key, so it is only used as a fallback. */
function canOutlivePage(): boolean {
  return 'keepalive' in Request.prototype;
}

function fateOf(response: Response): Fate {
  const { status } = response;
  if (response.ok) return 'arrived';
  if (status === 400 || status === 413 || status === 415) {
    warnOnce(`${response.url} refuses spans of this page with ${status}; they are dropped.`);
    return 'refused';
  }
  if (status < 429)
    warnOnce(`${response.url} answers ${status}; check endpoint and key. Spans are kept for now.`);
  const seconds = Number(response.headers.get('retry-after'));
  return { retryMs: seconds > 0 ? seconds * 1000 : undefined };
}
