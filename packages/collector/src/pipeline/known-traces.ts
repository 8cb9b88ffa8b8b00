/** Keys that one filter holds before the next is begun: 10 bits each, one wrong answer in a hundred. */
const KEYS = 1 << 20;
const BITS = KEYS * 10;
const PROBES = 7;

class Filter {
  readonly bits: Uint32Array = new Uint32Array(Math.ceil(BITS / 32));
  keys = 0;

  add(a: number, b: number): void {
    let hash = a;
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = (hash >>> 0) % BITS;
      const word = bit >>> 5;
      this.bits[word] = (this.bits[word] ?? 0) | (1 << (bit & 31));
      hash = (hash + b) | 0;
    }
    this.keys++;
  }

  has(a: number, b: number): boolean {
    let hash = a;
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = (hash >>> 0) % BITS;
      if (((this.bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
      hash = (hash + b) | 0;
    }
    return true;
  }
}

/**
 * Remembers which traces the store has, in ten bits each.
 *
 * `mayHave` is never wrong when it says no; so nearly every trace is taken for new without asking the store. Until
 * `ready()` everything may be there.
 */
export class KnownTraces {
  #filters: Filter[] = [new Filter()];
  #isReady: boolean;

  constructor(isReady = false) {
    this.#isReady = isReady;
  }

  ready(): void {
    this.#isReady = true;
  }

  mayHave(traceId: string): boolean {
    if (!this.#isReady) return true;
    const [a, b] = hash(traceId);
    return this.#filters.some((filter) => filter.has(a, b));
  }

  add(traceId: string): void {
    const [a, b] = hash(traceId);
    if (this.#filters.some((filter) => filter.has(a, b))) return;
    let last = this.#filters.at(-1);
    if (last === undefined || last.keys >= KEYS) {
      last = new Filter();
      this.#filters.push(last);
    }
    last.add(a, b);
  }

  /** Bytes that the filters take. */
  get bytes(): number {
    return this.#filters.length * Math.ceil(BITS / 8);
  }
}

function hash(traceId: string): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let at = 0; at < traceId.length; at++) {
    const code = traceId.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13);
  }
  // An even step would visit half of the bits only.
  return [a ^ (a >>> 15), b | 1];
}
