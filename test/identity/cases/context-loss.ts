import { EventEmitter, on, once } from 'node:events';
import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as later } from 'node:timers/promises';
import { promisify } from 'node:util';

import { bindUser, currentUser, identify, wrapAgent } from '@userspan/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type Tracing, byName, inSpan, mark } from './tracing.ts';

/** Runs work that is called with the user `inside`, while the surrounding code has the user `outside`. */
type Construct = (work: () => void) => Promise<unknown>;

const inside = <T>(fn: () => T): T => identify('inside', { plan: 'pro' }, fn);

async function* generate(work: () => void): AsyncGenerator<number> {
  await Promise.resolve();
  work();
  yield 1;
}

function* generateNow(work: () => void): Generator<number> {
  work();
  yield 1;
}

async function readAll(source: AsyncIterable<unknown> | Iterable<unknown>): Promise<void> {
  for await (const _ of source);
}

function webStream(work: () => void): ReadableStream<string> {
  let pulls = 0;
  // With a high-water mark of 0, the first pull also comes from the reader.
  return new ReadableStream(
    {
      pull(controller) {
        pulls += 1;
        if (pulls === 1) {
          work();
          controller.enqueue('a');
        } else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Every way in which work is called in one context and executed in another. */
const constructs: Record<string, Construct> = {
  'after an await': (work) =>
    inside(async () => {
      await later(1);
      work();
    }),
  'in setTimeout': (work) =>
    inside(
      () =>
        new Promise<void>((resolve) => {
          setTimeout(() => {
            work();
            resolve();
          }, 1);
        }),
    ),
  'in setInterval': (work) =>
    inside(
      () =>
        new Promise<void>((resolve) => {
          const timer = setInterval(() => {
            clearInterval(timer);
            work();
            resolve();
          }, 1);
        }),
    ),
  'in setImmediate': (work) =>
    inside(
      () =>
        new Promise<void>((resolve) => {
          setImmediate(() => {
            work();
            resolve();
          });
        }),
    ),
  'in queueMicrotask': (work) =>
    inside(
      () =>
        new Promise<void>((resolve) => {
          queueMicrotask(() => {
            work();
            resolve();
          });
        }),
    ),
  'in process.nextTick': (work) =>
    inside(
      () =>
        new Promise<void>((resolve) => {
          process.nextTick(() => {
            work();
            resolve();
          });
        }),
    ),
  'in a then of inside': (work) => {
    const outer = Promise.resolve();
    return inside(() => outer.then(work));
  },
  'in a promisified callback': (work) =>
    inside(async () => {
      await promisify(setImmediate)();
      work();
    }),
  'a run, and a then that is registered outside': async (work) => {
    const agent = wrapAgent(async () => {
      await later(1);
      work();
    });
    const run = inside(() => agent());
    await run.then(() => {});
  },
  'a run, awaited outside': async (work) => {
    const run = inside(() =>
      wrapAgent(async () => {
        await later(1);
        work();
      })(),
    );
    await later(5);
    await run;
  },
  'an async generator, read outside': (work) => readAll(inside(() => generate(work))),
  'identify with an async generator function': (work) =>
    readAll(
      inside(async function* () {
        work();
        yield 1;
      }),
    ),
  'a generator, read outside': (work) => readAll(inside(() => generateNow(work))),
  'a wrapped async generator, read outside': (work) => readAll(inside(() => wrapAgent(generate)(work))),
  'an async generator behind yield*, read outside': (work) =>
    readAll(
      inside(async function* () {
        yield* generate(work);
      }),
    ),
  'an async generator that a run gives': async (work) =>
    readAll(await inside(() => wrapAgent(async () => generate(work))())),
  'a web stream, read by for await': (work) => readAll(inside(() => webStream(work))),
  'a web stream, read by a reader': async (work) => {
    const reader = inside(() => webStream(work)).getReader();
    while (!(await reader.read()).done);
  },
  'a web stream, as a response': async (work) =>
    void (await new Response(inside(() => webStream(work).pipeThrough(new TextEncoderStream()))).text()),
  'a web stream, piped': (work) => inside(() => webStream(work)).pipeTo(new WritableStream()),
  'a web stream, teed': async (work) => {
    const [left, right] = inside(() => webStream(work)).tee();
    await Promise.all([readAll(left), readAll(right)]);
  },
  'a web stream that a run gives': async (work) =>
    readAll(await inside(() => wrapAgent(async () => webStream(work))())),
  'a web stream whose pull is bound': async (work) => {
    const pull = inside(() =>
      bindUser((controller: ReadableStreamDefaultController) => {
        work();
        controller.close();
      }),
    );
    await new Response(new ReadableStream({ pull }, { highWaterMark: 0 })).text();
  },
  'Readable.from a generator made inside': (work) =>
    readAll(inside(() => Readable.from(bindUser(generate(work))))),
  'a Node stream that is bound, read outside': (work) =>
    readAll(
      inside(() =>
        bindUser(
          new Readable({
            read() {
              work();
              this.push(null);
            },
          }),
        ),
      ),
    ),
  'a Node transform that is bound, in a pipeline': (work) =>
    pipeline(
      Readable.from(['a']),
      inside(() =>
        bindUser(
          new Transform({
            transform(chunk, _, done) {
              work();
              done(null, chunk);
            },
          }),
        ),
      ),
      new PassThrough().resume(),
    ),
  'a listener that is bound, emitted outside': async (work) => {
    const emitter = new EventEmitter();
    inside(() => emitter.on('job', bindUser(work)));
    emitter.emit('job');
  },
  'listeners of an emitter that is bound, emitted outside': async (work) => {
    const emitter = new EventEmitter();
    inside(() => bindUser(emitter).once('job', work));
    emitter.emit('job');
  },
  'events.once, awaited inside': async (work) => {
    const emitter = new EventEmitter();
    const done = inside(async () => {
      await once(emitter, 'job');
      work();
    });
    emitter.emit('job');
    await done;
  },
  'events.on, read inside': async (work) => {
    const emitter = new EventEmitter();
    const done = inside(async () => {
      for await (const _ of on(emitter, 'job')) {
        work();
        break;
      }
    });
    emitter.emit('job');
    await done;
  },
  'a function that a queue keeps': async (work) => {
    const queue: (() => void)[] = [];
    inside(() => queue.push(bindUser(work)));
    await later(1);
    queue.shift()?.();
  },
  'a listener of an abort signal that is bound': async (work) => {
    const controller = new AbortController();
    inside(() => controller.signal.addEventListener('abort', bindUser(work)));
    controller.abort();
  },
  'a thenable': async (work) => {
    const lazy = {
      // oxlint-disable-next-line unicorn/no-thenable -- the test needs a thenable
      then: (resolve: (value: number) => void) => {
        work();
        resolve(1);
      },
    };
    await inside(async () => lazy);
  },
};

/** Work keeps the user that was current when it was called, no matter who reads, awaits or emits. */
export function contextLossCases(tracing: Tracing): void {
  describe('context', () => {
    beforeEach(() => tracing.start());
    afterEach(() => tracing.stop());

    test.each(Object.entries(constructs))('%s', async (_, construct) => {
      let times = 0;
      await identify('outside', { stranger: true }, () =>
        construct(() => {
          times += 1;
          mark(tracing, 'work');
        }),
      );
      expect(times).toBe(1);
      expect(byName(tracing)['work']).toEqual({ 'user.id': 'inside', 'userspan.user.plan': 'pro' });
    });

    test('what is registered outside runs as the one who registers it', async () => {
      const seen: unknown[] = [];
      await identify('outside', async () => {
        const run = inside(() => wrapAgent(async () => currentUser()?.id)());
        await run.then((id) => seen.push(id, currentUser()?.id));
        for await (const id of inside(async function* () {
          yield currentUser()?.id;
        }))
          seen.push(id, currentUser()?.id);
      });
      expect(seen).toEqual(['inside', 'outside', 'inside', 'outside']);
    });

    test('identify changes nothing about what it returns', () => {
      const generator = generateNow(() => {});
      const shared = new EventEmitter();
      const stream = new Readable({ read() {} });
      for (const value of [generator, shared, stream, null, undefined, 7, 'a', Object.freeze({})]) {
        expect(identify('u', () => value)).toBe(value);
      }
      expect(Object.keys(generator)).toEqual([]);
      expect(Reflect.ownKeys(shared)).toEqual(Reflect.ownKeys(new EventEmitter()));
      expect(Reflect.ownKeys(stream)).toEqual(Reflect.ownKeys(new Readable({ read() {} })));
    });

    test('a thousand users at once are a thousand users', async () => {
      const agent = wrapAgent(async (id: string) => {
        await later(Math.random() * 3);
        inSpan(tracing, id, () => mark(tracing, `${id} inner`));
        await later(Math.random() * 3);
        return currentUser()?.id;
      });
      const ids = Array.from({ length: 1000 }, (_, i) => `u${i}`);
      const seen = await Promise.all(
        ids.map((id, i) => (i % 2 === 0 ? identify(id, () => agent(id)) : agent(id).identify(id))),
      );
      expect(seen).toEqual(ids);
      for (const span of tracing.finished()) {
        if (!span.name.startsWith('u')) continue;
        expect(span.attributes).toEqual({ 'user.id': span.name.split(' ')[0] });
      }
    });
  });
}
