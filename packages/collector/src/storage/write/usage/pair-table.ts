const FIRST_PAIRS = 64;
const FREE = -1;

/**
 * Assigns numbers to pairs of 31-bit integers, in the order of their first use.
 *
 * Uses arrays of numbers, because a map allocates an object for each key above 31 bits, and objects that live as long
 * as a batch are copied twice by the garbage collector.
 */
export class PairTable {
  #firsts = new Int32Array(FIRST_PAIRS);
  #seconds = new Int32Array(FIRST_PAIRS);
  /** Hash table of pair numbers, twice as large as the number of pairs. */
  #places = new Int32Array(2 * FIRST_PAIRS).fill(FREE);
  #length = 0;
  /** A random seed, so that a sender cannot make pairs collide. */
  readonly #seed = Math.floor(Math.random() * 0x100000000);

  /** How many pairs there are. */
  get length(): number {
    return this.#length;
  }

  firstOf(number: number): number {
    return this.#firsts[number] ?? 0;
  }

  secondOf(number: number): number {
    return this.#seconds[number] ?? 0;
  }

  /** The number of a pair; `-1` if it is unknown. */
  find(first: number, second: number): number {
    return this.#places[this.#placeOf(first, second)] ?? FREE;
  }

  /** The number of a pair. An unknown pair gets the next number, the previous {@link length}. */
  numberOf(first: number, second: number): number {
    const place = this.#placeOf(first, second);
    const known = this.#places[place] ?? FREE;
    if (known !== FREE) return known;
    const number = this.#length;
    if (number === this.#firsts.length) {
      this.#grow();
      return this.numberOf(first, second);
    }
    this.#firsts[number] = first;
    this.#seconds[number] = second;
    this.#places[place] = number;
    this.#length += 1;
    return number;
  }

  /** The position of the pair, or where it would be inserted. */
  #placeOf(first: number, second: number): number {
    const mask = this.#places.length - 1;
    let hash = Math.imul(first ^ this.#seed, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    let place = (hash ^ (hash >>> 13)) & mask;
    for (;;) {
      const number = this.#places[place] ?? FREE;
      if (number === FREE || (this.#firsts[number] === first && this.#seconds[number] === second)) {
        return place;
      }
      place = (place + 1) & mask;
    }
  }

  #grow(): void {
    const size = this.#firsts.length * 2;
    const firsts = new Int32Array(size);
    firsts.set(this.#firsts);
    this.#firsts = firsts;
    const seconds = new Int32Array(size);
    seconds.set(this.#seconds);
    this.#seconds = seconds;
    this.#places = new Int32Array(2 * size).fill(FREE);
    for (let number = 0; number < this.#length; number += 1) {
      this.#places[this.#placeOf(this.firstOf(number), this.secondOf(number))] = number;
    }
  }
}
