import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Maximum time for parsing in one turn of the event loop, for all connections. Twice as long if some have little to
 * parse, like an ordinary request.
 */
const TURN_MS = 5;
/** Maximum parsing time of one connection before others get their share. */
const SHARE_MS = 0.5;
/** A connection with more to parse, or with more recent parsing time, has lower priority. */
const LIGHT_BYTES = 4 << 10;
const LIGHT_MS = 4;
const PERIOD_MS = 1_000;
/**
 * Minimum number of bytes that are parsed at once. Slices grow while parsing is fast, as for a body, and otherwise
 * start again at this size.
 */
const MIN_SLICE_BYTES = 512;
const MAX_SLICE_BYTES = 64 << 10;
const CHEAP_SLICE_MS = 0.1;

/** Parses the next bytes of a connection. */
type Parse = (bytes: Buffer) => void;

/** The input of one connection. */
interface Input {
  readonly socket: Socket;
  readonly parse: Parse;
  /** Received data that was not parsed yet, in order. */
  readonly pending: Buffer[];
  isQueued: boolean;
  /** Whether the server has paused the socket because a body or an answer is not read. */
  isPausedByServer: boolean;
  /** Whether a request waits for its body to be read. */
  isHeld: boolean;
  /** After a protocol error, further input is read and dropped. */
  isBroken: boolean;
  sliceBytes: number;
  spentMs: number;
  periodStart: number;
}

/**
 * Shares the time for parsing among connections. Node parses all bytes of a read (64 KiB) at once. These may be 2,500
 * tiny requests or 10,000 one-byte chunks and take up to 50 ms, so two hundred such connections would block all others
 * for ten seconds.
 *
 * Here a read is parsed in slices while the turn has time. The rest waits for the next turn with its socket paused;
 * connections with little recent parsing time come first. Usually there is enough time, and everything is parsed
 * immediately in order of arrival.
 */
export class FairReads {
  readonly #inputs = new Map<Socket, Input>();
  readonly #light: Input[] = [];
  readonly #heavy: Input[] = [];
  #turnSpentMs = 0;
  #turn: NodeJS.Immediate | undefined;

  /** Inserts this class between a socket and the HTTP server's parser. */
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
    // With a `data` listener, Node no longer passes input directly to the parser.
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
   * Stops parsing a connection until the body of this request is read. Otherwise its chunks would accumulate and then
   * be processed at once.
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

  /** Stops parsing a connection after a protocol error was answered. */
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
    // In each turn, at least one heavy connection gets its share.
    for (const queue of [this.#heavy.splice(0, 1), this.#light, this.#heavy]) {
      // Connections that are queued again wait for the next turn.
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

  /** Queues the rest for the next turn, or until the server continues reading. */
  #enqueue(input: Input): void {
    if (input.pending.length > 0 && !input.isQueued && !isWaiting(input)) {
      input.isQueued = true;
      (isLight(input) ? this.#light : this.#heavy).push(input);
      this.#endTurnLater();
    }
  }

  /** Parses slices until nothing is left or the connection's share is used up. */
  #parse(input: Input): void {
    const startedAt = performance.now();
    let now = startedAt;
    if (now - input.periodStart > PERIOD_MS) {
      input.periodStart = now;
      input.spentMs = 0;
    }
    this.#endTurnLater();
    while (now - startedAt < SHARE_MS && !isWaiting(input)) {
      // Input after the last answer is not a request.
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
