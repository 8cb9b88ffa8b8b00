import { Worker } from 'node:worker_threads';

/** One POST. */
interface SyncRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Readonly<Record<string, string>>;
  readonly bodies: readonly Uint8Array[];
}

/** Runs in the worker. As text, so that it is there in a bundle too. */
const SEND = `
const { workerData: { url, headers, tls, bodies, done } } = require('node:worker_threads');
const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http');
const send = (body, index) => new Promise((resolve) => {
  const sent = request(url, { method: 'POST', headers: { ...headers, 'content-length': body.byteLength }, ...tls }, (response) => {
    if (response.statusCode < 300) Atomics.store(done, index + 1, 1);
    response.on('close', resolve).on('error', resolve).resume();
  });
  sent.on('error', resolve);
  sent.end(body);
});
Promise.all(bodies.map(send)).then(() => {
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});
`;

/**
 * Sends request bodies while this thread waits, for at most `limitMs`: another thread does it, because a process that
 * dies of an exception runs nothing of its own any more. One attempt.
 *
 * @returns for each body whether it was accepted in time.
 */
export function sendSync({ url, headers, tls, bodies }: SyncRequest, limitMs: number): boolean[] {
  // The first place says that all are answered, the others which are accepted.
  const done = new Int32Array(new SharedArrayBuffer(4 * (bodies.length + 1)));
  const worker = new Worker(SEND, {
    eval: true,
    workerData: { url, headers, tls, bodies, done },
    // The app's own --import and --require are not for this thread.
    execArgv: [],
    env: {},
  });
  worker.on('error', () => {});
  worker.unref();
  Atomics.wait(done, 0, 0, limitMs);
  return bodies.map((_body, index) => Atomics.load(done, index + 1) === 1);
}
