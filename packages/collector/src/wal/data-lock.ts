import { mkdir, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createHash } from 'node:crypto';
import { platform, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A path of a Unix socket has 108 bytes at most. */
const MAX_SOCKET_PATH = 100;
const MAX_REQUEST_CHARACTERS = 65_536;

/**
 * Answers a request of another process of the same user. What it throws becomes the error of that process; `signal` aborts
 * when the other process ends.
 */
export type AnswerRequest = (request: unknown, signal: AbortSignal) => Promise<unknown>;

/** The process that has a data folder did not do what it was asked; the message is its own. */
class HolderError extends Error {
  override readonly name = 'HolderError';
}

/** A data folder that no other process can have. */
export interface DataLock {
  /** Answers what {@link askHolder} of other processes asks, from now on. */
  serve(answer: AnswerRequest): void;
  release(): Promise<void>;
}

/**
 * Keeps a second process away from a data directory; rejects when it is taken.
 *
 * A socket and not a file with a number: the system releases it when its process ends, however it ends. Only the user who
 * owns the folder can connect to it.
 */
export async function lockDataDirectory(dir: string): Promise<DataLock> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = socketPath(dir);
  const sockets = new Set<Socket>();
  let answer: AnswerRequest = () => Promise.reject(new Error('the collector is still starting; try again'));
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveOne(socket, (request, signal) => answer(request, signal));
  }).unref();
  try {
    await listen(server, path);
  } catch (error) {
    if (await isAlive(path)) {
      throw new Error(`another userspan process uses ${resolve(dir)}: set another folder with --data`, {
        cause: error,
      });
    }
    await unlink(path);
    await listen(server, path);
  }
  return {
    serve: (given) => {
      answer = given;
    },
    release: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) {
          socket.destroy();
        }
      }),
  };
}

/**
 * Asks the process that has the data folder, and resolves to its answer; `undefined` where no process has it. Rejects with
 * the message of that process where it fails.
 */
export function askHolder(dir: string, request: object): Promise<{ readonly answer: unknown } | undefined> {
  return new Promise((done, fail) => {
    const socket = connect(socketPath(dir));
    let isAsked = false;
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.once('connect', () => {
      isAsked = true;
      socket.write(`${JSON.stringify(request)}\n`);
    });
    socket.once('end', () => {
      if (text.endsWith('\n')) {
        const { answer, error } = JSON.parse(text) as { answer?: unknown; error?: string };
        if (error === undefined) {
          done({ answer });
        } else {
          fail(new HolderError(error));
        }
      }
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (isAsked || !['ENOENT', 'ECONNREFUSED'].includes(error.code ?? '')) {
        fail(new HolderError(`the process that uses ${resolve(dir)} does not answer: ${error.message}`));
      } else {
        done(undefined);
      }
    });
    socket.once('close', () => {
      fail(new HolderError(`the process that uses ${resolve(dir)} ended before it answered`));
    });
  });
}

/** One line of JSON in, one out. */
function serveOne(socket: Socket, answer: AnswerRequest): void {
  const ended = new AbortController();
  socket.on('error', () => undefined).once('close', () => ended.abort());
  let text = '';
  socket.setEncoding('utf8').on('data', function read(chunk: string) {
    text += chunk;
    const end = text.indexOf('\n');
    if (end < 0) {
      if (text.length > MAX_REQUEST_CHARACTERS) {
        socket.destroy();
      }
      return;
    }
    socket.off('data', read);
    void answerLine(text.slice(0, end), (request) => answer(request, ended.signal)).then((line) =>
      socket.end(`${line}\n`),
    );
  });
}

async function answerLine(line: string, answer: (request: unknown) => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify({ answer: await answer(JSON.parse(line)) });
  } catch (error) {
    return JSON.stringify({ error: error instanceof Error ? error.message : String(error) });
  }
}

function socketPath(dir: string): string {
  const path = join(resolve(dir), 'lock');
  if (platform() === 'win32') {
    return `\\\\.\\pipe\\userspan-${createHash('sha256').update(path).digest('hex').slice(0, 24)}`;
  }
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH
    ? path
    : join(tmpdir(), `userspan-${createHash('sha256').update(path).digest('hex').slice(0, 24)}.lock`);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(path, () => {
      server.removeListener('error', fail);
      done();
    });
  });
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      answer(true);
    });
    socket.once('error', () => answer(false));
  });
}
