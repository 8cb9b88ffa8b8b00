/** Delay before a tooltip is shown, except right after another one. */
const restMs = 300;
/** How long a tooltip stays after the pointer has left its element, so that the pointer can move into it to copy text. */
const stayMs = 120;
/** How long after a tooltip the next one is shown without delay. */
const warmMs = 500;

/** Decides when tooltips are shown and hidden. */
export class TipTimes<Target> {
  readonly #show: (target: Target) => void;
  readonly #hide: () => void;
  #target: Target | undefined;
  #isShown = false;
  #isGoing = false;
  #shownUntil = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(show: (target: Target) => void, hide: () => void) {
    this.#show = show;
    this.#hide = hide;
  }

  /** The pointer is on this element, or on none with a tooltip. */
  rest(target: Target | undefined): void {
    if (target === undefined) this.#goSoon();
    else if (target === this.#target && !this.#isGoing) return;
    else if (target === this.#target && this.#isShown) this.stay();
    else {
      this.#settle(target);
      const isWarm = this.#isShown || performance.now() - this.#shownUntil < warmMs;
      this.#timer = setTimeout(() => this.now(target), isWarm ? 0 : restMs);
    }
  }

  /** The pointer is on the tooltip itself. */
  stay(): void {
    if (this.#isShown) this.#settle(this.#target);
  }

  now(target: Target): void {
    this.#settle(target);
    this.#isShown = true;
    this.#show(target);
  }

  leave(): void {
    this.#settle(undefined);
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#shownUntil = performance.now();
    this.#hide();
  }

  #goSoon(): void {
    if (this.#isGoing || (this.#target === undefined && !this.#isShown)) return;
    clearTimeout(this.#timer);
    this.#isGoing = true;
    this.#timer = setTimeout(() => this.leave(), stayMs);
  }

  #settle(target: Target | undefined): void {
    clearTimeout(this.#timer);
    this.#isGoing = false;
    this.#target = target;
  }
}
