import type { PageStorage } from '../page-storage.ts';
import { randomHex } from '../random-id.ts';
import { warnOnce } from '../warn.ts';

/** A span that waits to be sent. */
export interface Waiting {
  readonly key: string;
  readonly text: string;
  readonly bytes: number;
}

/** Waiting spans, in memory and in `localStorage`, oldest first. */
export interface SpanQueue {
  add(spanId: string, text: string): void;
  /** Takes the oldest spans that fit, except those that are being sent. */
  take(maxBytes: number): Waiting[];
  /** Removes spans that were accepted or refused. */
  remove(sent: readonly Waiting[]): void;
  /** Returns spans that were not accepted, so that they can be taken again. */
  requeue(sent: readonly Waiting[]): void;
  readonly size: number;
  /** Number of spans that were dropped because the queue was full. */
  readonly dropped: number;
}

const QUEUE = 'queue.';
/** Spans of another tab are not taken for this time, because it probably sends them itself. */
const OTHER_TAB_MS = 60_000;

/**
 * Opens the queue with spans that earlier pages of this tab, and closed tabs, left behind. Each span has its own key,
 * `queue.<tab>.<ms>.<span id>`, so that tabs never overwrite each other. A span that is sent twice has the same id, so
 * a collector counts it once.
 */
export function openQueue(local: PageStorage, session: PageStorage, maxSpans: number): SpanQueue {
  const tab = session.get('tab') ?? randomHex(4);
  session.set('tab', tab);
  const waiting = new Map<string, Waiting>();
  const sending = new Set<string>();
  let dropped = 0;

  const keep = (key: string, text: string): void => {
    waiting.set(key, { key, text, bytes: new TextEncoder().encode(text).length + 1 });
  };
  const forget = (key: string): void => {
    waiting.delete(key);
    sending.delete(key);
    local.remove(key);
  };
  const makeRoom = (): void => {
    for (const key of waiting.keys()) {
      if (waiting.size < maxSpans) return;
      forget(key);
      dropped += 1;
      warnOnce(`more than ${maxSpans} spans wait to be sent; the oldest are dropped.`);
    }
  };

  for (const key of local.keys(QUEUE)) {
    const [, owner, ms] = key.split('.');
    const text = local.get(key);
    if (text === undefined || (owner !== tab && Date.now() - Number(ms) < OTHER_TAB_MS)) continue;
    keep(key, text);
  }

  return {
    add(spanId, text) {
      makeRoom();
      const key = `${QUEUE}${tab}.${Date.now()}.${spanId}`;
      keep(key, text);
      local.set(key, text);
    },
    take(maxBytes) {
      const taken: Waiting[] = [];
      let room = maxBytes;
      for (const each of waiting.values()) {
        if (sending.has(each.key)) continue;
        room -= each.bytes;
        if (room < 0 && taken.length > 0) break;
        taken.push(each);
        sending.add(each.key);
        if (room < 0) break;
      }
      return taken;
    },
    remove(sent) {
      for (const { key } of sent) forget(key);
    },
    requeue(sent) {
      for (const { key } of sent) sending.delete(key);
    },
    get size() {
      return waiting.size;
    },
    get dropped() {
      return dropped;
    },
  };
}
