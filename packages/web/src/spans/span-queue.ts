import type { PageStorage } from '../page-storage.ts';
import { randomHex } from '../random-id.ts';
import { warnOnce } from '../warn.ts';

/** A span that waits to be sent. */
export interface Waiting {
  readonly key: string;
  readonly text: string;
  readonly bytes: number;
}

/** Spans that wait, in memory and in `localStorage`, oldest first. */
export interface SpanQueue {
  add(spanId: string, text: string): void;
  /** The oldest that fit, without those being sent. */
  take(maxBytes: number): Waiting[];
  /** They have arrived, or never will. */
  remove(sent: readonly Waiting[]): void;
  /** They have not arrived: they may be taken again. */
  giveBack(sent: readonly Waiting[]): void;
  readonly size: number;
  /** Spans given up for want of room. */
  readonly dropped: number;
}

const QUEUE = 'queue.';
/** Another tab's spans are left alone for so long: it is probably about to send them itself. */
const OTHER_TAB_MS = 60_000;

/**
 * Opens the queue and takes in what earlier pages of this tab, and tabs long gone, left behind. Each span has a key of
 * its own, `queue.<tab>.<ms>.<span id>`, so that tabs never overwrite each other. A span that is sent twice after all
 * has the same id both times, and a collector counts it once.
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
    giveBack(sent) {
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
