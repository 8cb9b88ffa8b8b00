import type { Call } from '../call/call.ts';
import type { ChunkReader } from '../stream/chunk-reader.ts';
import { chunkReaderOf } from '../stream/chunk-reader.ts';
import { HIDDEN } from '../stream/hidden.ts';

const BOUNDARY = /\r\n\r\n|\n\n|\r\r/g;
const LINE = /\r\n|\n|\r/;
/** Quotes inside JSON strings are escaped, so this only matches a field. */
const NULL_USAGE = /,\s*"usage"\s*:\s*null|"usage"\s*:\s*null\s*,/;
/** Maximum length of an event that is parsed. A base64 image has several megabytes. */
const MAX_EVENT_LENGTH = 32 * 1024 * 1024;

/**
 * Reads server-sent events from a raw body while the caller reads it, in chunks of any size.
 *
 * If we requested usage, the resulting events are removed, and events are passed on when they are complete. Otherwise
 * text is passed on immediately and unchanged. Bytes are handled as Latin-1, so that characters divided between chunks
 * are preserved.
 */
export class SseTap {
  readonly #call: Call;
  readonly #read: ChunkReader;
  readonly #encoding: 'utf8' | 'latin1';
  #rest = '';

  constructor(call: Call, encoding: 'utf8' | 'latin1') {
    this.#call = call;
    this.#encoding = encoding;
    this.#read = chunkReaderOf(call.start.endpoint.api);
  }

  /** Processes the next chunk and returns the part for the caller. */
  push(piece: string): string {
    const isHiding = this.#call.start.isUsageAdded;
    const text = this.#rest + piece;
    let visible = '';
    let start = 0;
    BOUNDARY.lastIndex = Math.max(0, this.#rest.length - 3);
    for (let match = BOUNDARY.exec(text); match !== null; match = BOUNDARY.exec(text)) {
      const event = text.slice(start, BOUNDARY.lastIndex);
      start = BOUNDARY.lastIndex;
      visible += this.#event(event);
    }
    this.#rest = text.slice(start);
    if (this.#rest.length > MAX_EVENT_LENGTH) {
      visible += this.#rest;
      this.#rest = '';
    }
    return isHiding ? visible : piece;
  }

  /** Processes the end. The last event may lack its blank line. */
  finish(): string {
    const event = this.#rest;
    this.#rest = '';
    if (event === '') return '';
    const visible = this.#event(event);
    return this.#call.start.isUsageAdded ? visible : '';
  }

  #event(event: string): string {
    const data = dataOf(event);
    if (data === undefined || data === '[DONE]') return event;
    let chunk: unknown;
    try {
      chunk = JSON.parse(this.#encoding === 'utf8' ? data : Buffer.from(data, 'latin1').toString('utf8'));
    } catch {
      return event;
    }
    this.#call.countChunk();
    if (this.#read(chunk, this.#call) === HIDDEN) return '';
    return this.#call.start.isUsageAdded ? event.replace(NULL_USAGE, '') : event;
  }
}

function dataOf(event: string): string | undefined {
  let data: string | undefined;
  for (const line of event.split(LINE)) {
    if (!line.startsWith('data:')) continue;
    const value = line.slice(line.startsWith('data: ') ? 6 : 5);
    data = data === undefined ? value : `${data}\n${value}`;
  }
  return data;
}
