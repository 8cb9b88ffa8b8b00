import { forgetOldest } from '../call/forget-oldest.ts';
import type { OpenResponse } from './open-response.ts';

/**
 * Maximum number of open responses. APIs and the requests that an app can have waiting allow fewer, so that a connection
 * reaches it only if its server never ends responses.
 */
const MAX_OPEN = 30_000;

/** The responses of a call that have begun and not ended, in order of their beginning. */
export class OpenResponses {
  readonly #byId = new Map<string, OpenResponse>();
  readonly #byLane = new Map<string | undefined, Set<OpenResponse>>();
  /** Ids of responses that were recorded without an end, so that their end is not recorded again. */
  readonly #abandoned = new Set<string>();
  readonly #most: number;

  constructor(most: number = MAX_OPEN) {
    this.#most = most;
  }

  get(id: string): OpenResponse | undefined {
    return this.#byId.get(id);
  }

  /** Adds a response. Returns the oldest one if there are too many: record it, because its end is ignored from now on. */
  add(open: OpenResponse): OpenResponse | undefined {
    const oldest = this.#byId.size >= this.#most ? this.#oldest() : undefined;
    if (oldest !== undefined) {
      this.remove(oldest);
      this.#abandoned.add(oldest.id);
      forgetOldest(this.#abandoned, this.#most);
    }
    this.#byId.set(open.id, open);
    const lane = this.#byLane.get(open.lane);
    if (lane === undefined) this.#byLane.set(open.lane, new Set([open]));
    else lane.add(open);
    return oldest;
  }

  remove(open: OpenResponse): void {
    if (this.#byId.get(open.id) !== open) return;
    this.#byId.delete(open.id);
    const lane = this.#byLane.get(open.lane);
    lane?.delete(open);
    if (lane?.size === 0) this.#byLane.delete(open.lane);
  }

  /** Whether a response was recorded without an end. */
  isAbandoned(id: string): boolean {
    return this.#abandoned.has(id);
  }

  /**
   * The only open response of a lane. Events of the Responses API do not name their response, because only one runs at a
   * time in each lane.
   */
  onlyIn(lane: string | undefined): OpenResponse | undefined {
    const open = this.#byLane.get(lane);
    if (open?.size !== 1) return undefined;
    for (const only of open) return only;
    return undefined;
  }

  all(): readonly OpenResponse[] {
    return [...this.#byId.values()];
  }

  clear(): void {
    this.#byId.clear();
    this.#byLane.clear();
  }

  #oldest(): OpenResponse | undefined {
    for (const oldest of this.#byId.values()) return oldest;
    return undefined;
  }
}
