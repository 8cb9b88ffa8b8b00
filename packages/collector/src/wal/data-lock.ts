import { mkdir, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createHash } from 'node:crypto';
import { platform, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Maximum length of a Unix socket's path, which is limited to 108 bytes. */
const MAX_SOCKET_PATH = 100;
const MAX_REQUEST_CHARACTERS = 65_536;

/**
 * Answers a request of another process of the same user. Its errors are passed to that process; `signal` aborts when
 * that process ends.
 */
export type AnswerRequest = (request: unknown, signal: AbortSignal) => Promise<unknown>;

/** An error of the process that uses the data folder, with its message. */
class HolderError extends Error {
  override readonly name = 'HolderError';
}

/** The exclusive lock of a data folder. */
export interface DataLock {
  /** Starts to answer requests of {@link sendToHolder} in other processes. */
  serve(answer: AnswerRequest): void;
  release(): Promise<void>;
}

/**
 * Locks a data folder; rejects if another process uses it.
 *
 * Uses a socket instead of a file with a process id, because the system releases it whenever the process ends. Only the
 * owner of the folder can connect to it.
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
 * Sends a request to the process that uses the data folder and resolves to its answer; `undefined` if no process uses
 * it. Rejects with the message of that process if it fails.
 */
export function sendToHolder(
  dir: string,
  request: object,
): Promise<{ readonly answer: unknown } | undefined> {
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

/** Serves one request: reads a line of JSON and writes one. */
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
