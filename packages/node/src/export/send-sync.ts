import { Worker } from 'node:worker_threads';

/** One POST request. */
interface SyncRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Readonly<Record<string, string>>;
  readonly bodies: readonly Uint8Array[];
}

/** Why a body was not accepted: the receiver's answer, or Node's connection error. */
export interface SyncFailure extends Error {
  readonly status?: number;
  readonly code?: string;
}

/** Number of bytes for the code and message of a connection error. */
const MAX_REASON_BYTES = 512;

/** Source code of the worker. A string, so that it also works in a bundle. */
const SEND = `
const { workerData: { url, headers, tls, bodies, done, reason } } = require('node:worker_threads');
const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http');
const send = (body, index) => new Promise((resolve) => {
  const sent = request(url, { method: 'POST', headers: { ...headers, 'content-length': body.byteLength }, ...tls }, (response) => {
    Atomics.store(done, index + 1, response.statusCode);
    response.on('close', resolve).on('error', resolve).resume();
  });
  sent.on('error', (error) => {
    if (reason[0] === 0) new TextEncoder().encodeInto((error.code ?? '') + ' ' + error.message, reason);
    resolve();
  });
  sent.end(body);
});
Promise.all(bodies.map(send)).then(() => {
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});
`;

/**
 * Sends request bodies while this thread blocks for at most `limitMs`. A worker sends them, because a process that ends
 * by an exception runs no more asynchronous code. Makes one attempt.
 *
 * @returns which bodies were accepted in time, and why the first of the others was not; without a reason if there was
 * no answer.
 */
export function sendSync(
  { url, headers, tls, bodies }: SyncRequest,
  limitMs: number,
): { readonly accepted: readonly boolean[]; readonly failure: SyncFailure | undefined } {
  // The first element is set when all bodies are answered. The others are the status of each.
  const done = new Int32Array(new SharedArrayBuffer(4 * (bodies.length + 1)));
  const reason = new Uint8Array(new SharedArrayBuffer(MAX_REASON_BYTES));
  const worker = new Worker(SEND, {
    eval: true,
    workerData: { url, headers, tls, bodies, done, reason },
    // The app's --import and --require must not run in the worker.
    execArgv: [],
    env: {},
  });
  worker.on('error', () => {});
  worker.unref();
  Atomics.wait(done, 0, 0, limitMs);
  const statuses = bodies.map((_body, index) => Atomics.load(done, index + 1));
  const refused = statuses.find((status) => status >= 300);
  return {
    accepted: statuses.map((status) => status >= 200 && status < 300),
    failure: refused === undefined ? connectionFailure(reason) : refusal(refused),
  };
}

function refusal(status: number): SyncFailure {
  return Object.assign(new Error(`it answers ${status}`), { status });
}

/** Parses the worker's error: a code, a space and a message. */
function connectionFailure(reason: Uint8Array): SyncFailure | undefined {
  const text = Buffer.from(reason).toString('utf8').replaceAll('\0', '');
  if (text === '') return undefined;
  const space = text.indexOf(' ');
  return Object.assign(new Error(text.slice(space + 1)), { code: text.slice(0, space) });
}
