import { Readable } from 'node:stream';

/** What a client that does not read may leave unread before it is dropped; a browser connects again by itself. */
const MAX_UNREAD_BYTES = 256 << 10;
/** After so long a stream ends and the browser opens the next one: who may watch is checked again then. */
const MAX_AGE_MS = 15 * 60_000;

/** One server-sent event. */
export function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A set of server-sent event streams that all get the same events. Memory is bounded, whether clients read or not. */
export class EventStreams {
  readonly #streams = new Map<Readable, NodeJS.Timeout>();

  get size(): number {
    return this.#streams.size;
  }

  /** Adds a stream that begins with `first`. It is forgotten when it is destroyed. */
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

  /** Sends every stream the same bytes, and drops those that have too many unread. */
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

  /** Ends a stream after what was sent. */
  end(stream: Readable): void {
    this.#forget(stream);
    stream.push(null);
  }

  #forget(stream: Readable): void {
    clearTimeout(this.#streams.get(stream));
    this.#streams.delete(stream);
  }
}
