import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyReply } from 'fastify';

import { Problem } from './problem.ts';

declare module 'fastify' {
  interface FastifyInstance {
    exports: Exports;
  }
}

/** Exports at a time: each keeps a page of rows as text, some megabytes. */
const MAX_EXPORTS = 8;
/** An export whose client has read nothing for so long ends when another one needs its place. */
const STALLED_MS = 5_000;
/** What is sent in one piece. */
const BLOCK_CHARACTERS = 64 << 10;

interface Export {
  readonly stream: Readable;
  /** Since when its client is waited for; `undefined` while the store is. */
  stalledSinceMs: number | undefined;
}

/** Gives an app its exports. They end as soon as the app closes: most would take longer than it may wait. */
export function addExports(app: FastifyInstance): void {
  const exports = new Exports();
  app.decorate('exports', exports);
  app.addHook('preClose', async () => exports.endAll());
}

/** The long answers of an API that are sent while they are read: memory is bounded, whether clients read them or not. */
class Exports {
  readonly #open = new Set<Export>();

  /**
   * Answers with texts one after the other.
   *
   * @throws Problem 503 where there are too many exports, and all of their clients read.
   */
  send(reply: FastifyReply, type: string, texts: AsyncIterable<string>): FastifyReply {
    // Fastify would read all of it, and send nothing.
    if (reply.request.method === 'HEAD') return reply.type(type).send();
    this.#makeRoom();
    const one: Export = {
      stream: Readable.from(
        inBlocks(texts, (atMs) => (one.stalledSinceMs = atMs)),
        {
          objectMode: false,
          highWaterMark: BLOCK_CHARACTERS,
        },
      ),
      stalledSinceMs: undefined,
    };
    this.#open.add(one);
    one.stream.once('close', () => this.#open.delete(one));
    return reply.type(type).send(one.stream);
  }

  /** Ends all of them where they are: their clients see that the rest is missing. */
  endAll(): void {
    for (const { stream } of this.#open) stream.destroy();
  }

  #makeRoom(): void {
    if (this.#open.size < MAX_EXPORTS) return;
    const nowMs = performance.now();
    let longest: Export | undefined;
    for (const one of this.#open) {
      if (one.stalledSinceMs === undefined || nowMs - one.stalledSinceMs < STALLED_MS) continue;
      if (one.stalledSinceMs < (longest?.stalledSinceMs ?? Number.POSITIVE_INFINITY)) longest = one;
    }
    if (longest === undefined) {
      throw new Problem(503, `There are ${MAX_EXPORTS} exports at the moment. Try again in some seconds.`);
    }
    this.#open.delete(longest);
    longest.stream.destroy();
  }
}

/** Short texts together. Tells since when one waits to be read. */
async function* inBlocks(
  texts: AsyncIterable<string>,
  onStall: (sinceMs: number | undefined) => void,
): AsyncGenerator<string> {
  for await (const block of joined(texts)) {
    onStall(performance.now());
    yield block;
    onStall(undefined);
  }
}

async function* joined(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let block = '';
  for await (const text of texts) {
    block += text;
    if (block.length < BLOCK_CHARACTERS) continue;
    yield block;
    block = '';
  }
  if (block !== '') yield block;
}
