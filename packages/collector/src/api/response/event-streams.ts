import { Readable } from 'node:stream';

/** Maximum unread bytes of a client before it is disconnected. Browsers reconnect by themselves. */
const MAX_UNREAD_BYTES = 256 << 10;
/** Maximum duration of a stream. The browser then opens a new one, for which permissions are checked again. */
const MAX_AGE_MS = 15 * 60_000;

/** One server-sent event. */
export function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A set of server-sent event streams that all get the same events. Memory is bounded even if clients do not read. */
export class EventStreams {
  readonly #streams = new Map<Readable, NodeJS.Timeout>();

  get size(): number {
    return this.#streams.size;
  }

  /** Adds a stream that starts with `first`. It is removed when it is destroyed. */
  add(first: string): Readable {
    const stream = new Readable({ read: () => undefined });
    stream.push(first);
    this.#streams.set(
      stream,
      setTimeout(() => this.end(stream), MAX_AGE_MS),
    );
    stream.once('close', () => this.#forget(stream));
    return stream;
  }

  /** Sends the same bytes to every stream and disconnects those with too many unread bytes. */
  send(text: string): void {
    const bytes = Buffer.from(text);
    for (const stream of this.#streams.keys()) {
      if (stream.readableLength + bytes.length > MAX_UNREAD_BYTES) {
        this.#forget(stream);
        stream.destroy();
      } else {
        stream.push(bytes);
      }
    }
  }

  endAll(): void {
    for (const stream of this.#streams.keys()) {
      this.end(stream);
    }
  }

  /** Ends a stream after its pending data. */
  end(stream: Readable): void {
    this.#forget(stream);
    stream.push(null);
  }

  #forget(stream: Readable): void {
    clearTimeout(this.#streams.get(stream));
    this.#streams.delete(stream);
  }
}
