/** The ids of a call. */
export interface CallPlace {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * Maximum number of calls per key that are compared, the latest first. Two records of one request arrive shortly after
 * each other.
 */
const MAX_COMPARED = 64;
/** Maximum number of entries of other keys that are skipped in between. */
const MAX_STEPS = 512;
/** Maximum number of keys of a call. */
const KEYS_OF_CALL = 3;
/**
 * Maximum time between two records of one request: the difference between two clocks of one machine, or a tenth of the
 * longer duration.
 */
const SLACK_MS = 50;
const SLACK_SHARE = 0.1;

/**
 * Calls with their times in arrays of numbers, because the garbage collector would visit a hundred thousand objects in
 * every collection.
 */
export class CallTable {
  readonly #maxCalls: number;
  /** Ids: four words for the trace id, two for the span id. */
  readonly #ids: Uint32Array;
  readonly #times: Float64Array;
  readonly #keys: Uint32Array;
  readonly #callOf: Uint32Array;
  readonly #next: Int32Array;
  /** The latest entry of each bucket; -1 for none. */
  readonly #heads: Int32Array;
  #calls = 0;
  #entries = 0;

  constructor(maxCalls: number) {
    this.#maxCalls = maxCalls;
    this.#ids = new Uint32Array(maxCalls * 6);
    this.#times = new Float64Array(maxCalls * 2);
    const entries = maxCalls * KEYS_OF_CALL;
    this.#keys = new Uint32Array(entries);
    this.#callOf = new Uint32Array(entries);
    this.#next = new Int32Array(entries);
    this.#heads = new Int32Array(2 ** Math.ceil(Math.log2(entries))).fill(-1);
  }

  get isFull(): boolean {
    return this.#calls >= this.#maxCalls;
  }

  /** Milliseconds since the Unix epoch. */
  add({ traceId, spanId }: CallPlace, startMs: number, endMs: number, keys: readonly number[]): void {
    const call = this.#calls++;
    for (let word = 0; word < 4; word++) this.#ids[call * 6 + word] = wordOf(traceId, word);
    for (let word = 0; word < 2; word++) this.#ids[call * 6 + 4 + word] = wordOf(spanId, word);
    this.#times[call * 2] = startMs;
    this.#times[call * 2 + 1] = endMs;
    for (let at = 0; at < keys.length && at < KEYS_OF_CALL; at++) {
      const entry = this.#entries++;
      const bucket = this.#bucketOf(keys[at] ?? 0);
      this.#keys[entry] = keys[at] ?? 0;
      this.#callOf[entry] = call;
      this.#next[entry] = this.#heads[bucket] ?? -1;
      this.#heads[bucket] = entry;
    }
  }

  /** Calls with that key at nearly the same time (within `slackMs`), the latest first. */
  *find(key: number, startMs: number, endMs: number, slackMs: number = SLACK_MS): Generator<CallPlace, void> {
    let compared = 0;
    let entry = this.#heads[this.#bucketOf(key)] ?? -1;
    for (let steps = 0; entry >= 0 && compared < MAX_COMPARED && steps < MAX_STEPS; steps++) {
      const call = this.#callOf[entry] ?? 0;
      const isIt = this.#keys[entry] === key;
      entry = this.#next[entry] ?? -1;
      if (!isIt) continue;
      compared++;
      if (this.#isNear(call, startMs, endMs, slackMs)) yield this.#placeOf(call);
    }
  }

  clear(): void {
    this.#heads.fill(-1);
    this.#calls = 0;
    this.#entries = 0;
  }

  #bucketOf(key: number): number {
    return key & (this.#heads.length - 1);
  }

  #isNear(call: number, startMs: number, endMs: number, slackMs: number): boolean {
    const otherStart = this.#times[call * 2] ?? 0;
    const otherEnd = this.#times[call * 2 + 1] ?? 0;
    const longest = Math.max(endMs - startMs, otherEnd - otherStart);
    const gap = Math.max(startMs - otherEnd, otherStart - endMs);
    return gap <= Math.max(slackMs, longest * SLACK_SHARE);
  }

  #placeOf(call: number): CallPlace {
    const words = Array.from(this.#ids.subarray(call * 6, call * 6 + 6), (word) =>
      word.toString(16).padStart(8, '0'),
    );
    return { traceId: words.slice(0, 4).join(''), spanId: words.slice(4).join('') };
  }
}

/** Eight hex digits of an id as a number. */
function wordOf(id: string, word: number): number {
  let value = 0;
  for (let at = word * 8; at < word * 8 + 8; at += 1) {
    const code = id.charCodeAt(at);
    // `0` to `9`, and `a` to `f`.
    value = (value << 4) | (code < 0x3a ? code - 0x30 : code - 0x57);
  }
  return value;
}
