import { mkdir, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { createHash } from 'node:crypto';
import { platform, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A path of a Unix socket has 108 bytes at most. */
const MAX_SOCKET_PATH = 100;

/**
 * Keeps a second process away from a data directory; resolves to a function that releases it, or rejects when it is taken.
 *
 * A socket and not a file with a number: the system lets go of it when its process dies, however it dies.
 */
export async function lockDataDirectory(dir: string): Promise<() => Promise<void>> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = socketPath(dir);
  const server = createServer((socket) => socket.destroy()).unref();
  try {
    await listen(server, path);
  } catch (error) {
    if (await isAlive(path)) {
      throw new Error(`another userspan process has ${resolve(dir)}: give this one its own --data`, {
        cause: error,
      });
    }
    await unlink(path);
    await listen(server, path);
  }
  return () => new Promise((done) => void server.close(() => done()));
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
