import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/**
 * How long parsing may take in one turn of the event loop, over all connections; twice as long where some of them have
 * little to parse, as an ordinary request.
 */
const TURN_MS = 5;
/** How long one connection may parse before others have their share. */
const SHARE_MS = 0.5;
/** A connection that has more to parse, or used more time within a period, comes after the others. */
const LIGHT_BYTES = 4 << 10;
const LIGHT_MS = 4;
const PERIOD_MS = 1_000;
/** A slice is parsed in one go. It grows while parsing is cheap, as it is for a body, and starts again when it is not. */
const MIN_SLICE_BYTES = 512;
const MAX_SLICE_BYTES = 64 << 10;
const CHEAP_SLICE_MS = 0.1;

/** What parses the next bytes of a connection. */
type Parse = (bytes: Buffer) => void;

/** The input of one connection. */
interface Input {
  readonly socket: Socket;
  readonly parse: Parse;
  /** What came and was not parsed yet, in order. */
  readonly pending: Buffer[];
  isQueued: boolean;
  /** Whether the server has paused the socket: for a body or an answer that is not read. */
  isPausedByServer: boolean;
  /** Whether a request waits for someone to read its body. */
  isHeld: boolean;
  /** After an error in the protocol, what still comes is read and dropped. */
  isBroken: boolean;
  sliceBytes: number;
  spentMs: number;
  periodStart: number;
}

/**
 * Shares the time for parsing among connections. Node parses all bytes that one read brought, 64 KiB, in one go: 2,500 tiny
 * requests or 10,000 chunks of a byte, at up to 50 ms a read, and two hundred connections that send so keep everybody
 * else waiting for ten seconds.
 *
 * Here a read is parsed in slices, and only for as long as the turn has time. What is left waits for the next turn, while
 * its socket is paused; a connection that used little time lately comes before one that used much. Where time is left, as
 * nearly always, everything is parsed at once, in the order in which it came.
 */
export class FairReads {
  readonly #inputs = new Map<Socket, Input>();
  readonly #light: Input[] = [];
  readonly #heavy: Input[] = [];
  #turnSpentMs = 0;
  #turn: NodeJS.Immediate | undefined;

  /** Comes between a socket and the parser that an HTTP server has attached to it. */
  add(socket: Socket): void {
    const [parse, ...more] = socket.listeners('data') as Parse[];
    if (parse === undefined || more.length > 0) {
      return;
    }
    const input: Input = {
      socket,
      parse: (bytes) => parse.call(socket, bytes),
      pending: [],
      isQueued: false,
      isPausedByServer: false,
      isHeld: false,
      isBroken: false,
      sliceBytes: MIN_SLICE_BYTES,
      spentMs: 0,
      periodStart: performance.now(),
    };
    this.#inputs.set(socket, input);
    // Both the server and this class can pause the socket. It is read when neither does.
    const pause = socket.pause.bind(socket);
    const resume = socket.resume.bind(socket);
    socket.pause = () => {
      input.isPausedByServer = true;
      return pause();
    };
    socket.resume = () => {
      input.isPausedByServer = false;
      if (input.pending.length === 0) {
        return resume();
      }
      this.#enqueue(input);
      return socket;
    };
    socket.off('data', parse);
    // With a listener for data, Node no longer passes what it reads directly to the parser.
    socket.on('data', (bytes: Buffer) => {
      this.#receive(input, bytes);
      if (input.pending.length > 0) {
        pause();
      }
    });
    socket.once('close', () => {
      input.pending.length = 0;
      this.#inputs.delete(socket);
    });
  }

  /**
   * Parses nothing more of a connection until the body of this request is read. Its pieces would gather, however small
   * they are, and then be read in one go.
   */
  hold(request: IncomingMessage): void {
    const input = this.#inputs.get(request.socket);
    if (input !== undefined) {
      input.isHeld = true;
      request.once('resume', () => {
        input.isHeld = false;
        this.#enqueue(input);
      });
    }
  }

  /** Parses nothing more of a connection: its protocol is broken, and it was answered so. */
  drop(socket: Socket): void {
    const input = this.#inputs.get(socket);
    if (input !== undefined) {
      input.isBroken = true;
      input.pending.length = 0;
      socket.resume();
    }
  }

  #receive(input: Input, bytes: Buffer): void {
    if (input.isBroken) {
      return;
    }
    input.pending.push(bytes);
    const isNext = this.#light.length === 0 && (this.#heavy.length === 0 || isLight(input));
    if (!input.isQueued && isNext && this.#hasTime(input)) {
      this.#parse(input);
    }
    this.#enqueue(input);
  }

  #nextTurn(): void {
    this.#turn = undefined;
    this.#turnSpentMs = 0;
    // In each turn one heavy connection gets its share, however much the others send.
    for (const queue of [this.#heavy.splice(0, 1), this.#light, this.#heavy]) {
      // Those that come back to a queue wait for the next turn.
      for (let left = queue.length; left > 0; left -= 1) {
        const [input] = queue;
        if (input === undefined || !this.#hasTime(input)) {
          break;
        }
        queue.shift();
        this.#parseQueued(input);
      }
    }
    if (this.#light.length + this.#heavy.length > 0) {
      this.#endTurnLater();
    }
  }

  #endTurnLater(): void {
    if (this.#turn === undefined) {
      this.#turn = setImmediate(() => this.#nextTurn());
    }
  }

  #hasTime(input: Input): boolean {
    return this.#turnSpentMs < (isLight(input) ? 2 * TURN_MS : TURN_MS);
  }

  #parseQueued(input: Input): void {
    input.isQueued = false;
    this.#parse(input);
    this.#enqueue(input);
    if (input.pending.length === 0 && !input.isPausedByServer) {
      input.socket.resume();
    }
  }

  /** Lets what is left wait for the next turn, or for the server to read on. */
  #enqueue(input: Input): void {
    if (input.pending.length > 0 && !input.isQueued && !isWaiting(input)) {
      input.isQueued = true;
      (isLight(input) ? this.#light : this.#heavy).push(input);
      this.#endTurnLater();
    }
  }

  /** Parses slices until nothing is left, or the share of the connection is used up. */
  #parse(input: Input): void {
    const startedAt = performance.now();
    let now = startedAt;
    if (now - input.periodStart > PERIOD_MS) {
      input.periodStart = now;
      input.spentMs = 0;
    }
    this.#endTurnLater();
    while (now - startedAt < SHARE_MS && !isWaiting(input)) {
      // What comes after the last answer is no request any more.
      const slice = input.socket.writableEnded ? undefined : nextSlice(input);
      if (slice === undefined) {
        input.pending.length = 0;
        break;
      }
      const sliceStart = now;
      input.parse(slice);
      now = performance.now();
      const tookMs = now - sliceStart;
      const isCheap = tookMs < CHEAP_SLICE_MS;
      input.sliceBytes = isCheap ? Math.min(input.sliceBytes * 2, MAX_SLICE_BYTES) : MIN_SLICE_BYTES;
    }
    this.#turnSpentMs += now - startedAt;
    input.spentMs += now - startedAt;
  }
}

function isLight({ pending, spentMs }: Input): boolean {
  const [bytes] = pending;
  return spentMs < LIGHT_MS && pending.length < 2 && (bytes?.length ?? 0) <= LIGHT_BYTES;
}

function isWaiting({ isHeld, isPausedByServer }: Input): boolean {
  return isHeld || isPausedByServer;
}

/** Takes the next bytes to parse. */
function nextSlice(input: Input): Buffer | undefined {
  const [bytes] = input.pending;
  if (bytes === undefined || bytes.length <= input.sliceBytes) {
    return input.pending.shift();
  }
  input.pending[0] = bytes.subarray(input.sliceBytes);
  return bytes.subarray(0, input.sliceBytes);
}
