import { Readable } from 'node:stream';

import type { Call } from '../call/call.ts';
import { BodyTap } from './body-tap.ts';

/**
 * The body for a caller who reads it directly: a stream of the same kind that reads the original on demand.
 *
 * Accessing the property does not start reading, so `response.text()` still works after `if (response.body)`.
 */
export function observedBody(source: object, call: Call): object {
  if (source instanceof ReadableStream) return observedWebBody(source, call);
  if (Symbol.asyncIterator in source) return observedNodeBody(source as AsyncIterable<unknown>, call);
  return source;
}

function observedWebBody(source: ReadableStream, call: Call): ReadableStream {
  const tap = new BodyTap(call);
  let reader: ReadableStreamDefaultReader | undefined;
  const pull = async (controller: ReadableStreamDefaultController | ReadableByteStreamController) => {
    reader ??= source.getReader() as ReadableStreamDefaultReader;
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        tap.fail(error);
        throw error;
      });
      const visible = done ? tap.finish() : tap.push(value);
      if (visible !== undefined) controller.enqueue(visible as Uint8Array<ArrayBuffer>);
      if (done) {
        controller.close();
        // To end a byte stream with a pending BYOB read, it needs a response of zero bytes.
        (controller as Partial<ReadableByteStreamController>).byobRequest?.respond(0);
        return;
      }
      if (visible !== undefined) return;
    }
  };
  const cancel = async (reason: unknown): Promise<void> => {
    tap.stop();
    await (reader === undefined ? source.cancel(reason) : reader.cancel(reason));
  };
  return isByteStream(source)
    ? new ReadableStream({ type: 'bytes', pull, cancel })
    : new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
}

function isByteStream(source: ReadableStream): boolean {
  try {
    source.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

/** The body of `node-fetch`, which openai 4 uses. */
function observedNodeBody(source: AsyncIterable<unknown>, call: Call): Readable {
  const tap = new BodyTap(call);
  let iterator: AsyncIterator<unknown> | undefined;
  async function pull(): Promise<void> {
    iterator ??= source[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await iterator.next();
      const visible = done === true ? tap.finish() : tap.push(value);
      if (visible !== undefined) body.push(visible);
      if (done === true) body.push(null);
      if (done === true || visible !== undefined) return;
    }
  }
  const body = new Readable({
    read() {
      pull().catch((error: unknown) => {
        tap.fail(error);
        body.destroy(error instanceof Error ? error : new Error(String(error)));
      });
    },
    destroy(error, callback) {
      tap.stop();
      (source as Partial<Readable>).destroy?.(error ?? undefined);
      callback(error);
    },
  });
  // `node-fetch` emits an abort error on `response.body`. It listens to its original itself, so this stream needs a
  // listener, too.
  body.on('error', () => {});
  return body;
}
