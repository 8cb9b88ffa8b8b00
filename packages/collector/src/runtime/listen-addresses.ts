import { lookup } from 'node:dns/promises';
import { createServer, type Server } from 'node:net';

/** Finds the addresses of a name. */
export type FindAddresses = (name: string) => Promise<readonly string[]>;

/** Addresses that a machine may lack although its `localhost` names them. */
const ABSENT: ReadonlySet<string | undefined> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/**
 * The addresses to listen at for `--host`. `localhost` is two of them on most machines, and a client chooses either;
 * any other name or address is given to the operating system as it is.
 */
export async function addressesOf(
  host: string,
  find: FindAddresses = findAddresses,
): Promise<readonly [first: string, ...more: string[]]> {
  if (host.toLowerCase() !== 'localhost') {
    return [host];
  }
  const found = new Set(await find(host).catch(() => []));
  // A machine that does not know its own name has this address all the same.
  const [first = '127.0.0.1', ...more] = [...found].toSorted(
    (a, b) => Number(a.includes(':')) - Number(b.includes(':')),
  );
  return [first, ...more];
}

async function findAddresses(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}

/**
 * Lets a listening server take connections at more addresses, on the same port. They are handed to the server, so that its
 * limits, its time-outs and its certificate hold for them; a second server would have its own.
 *
 * Rejects where the port of one of the addresses is taken: another process would get what is meant for this one. The
 * function that it resolves with stops listening, and resolves when every connection of these addresses is closed.
 */
export async function listenAlsoAt(
  server: Server,
  addresses: readonly string[],
  port: number,
): Promise<() => Promise<void>> {
  const { allowHalfOpen = false } = server as { readonly allowHalfOpen?: boolean };
  const listeners: Server[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(
      listeners.map(
        (listener) =>
          new Promise<void>((resolve) => {
            listener.close(() => resolve());
          }),
      ),
    );
  };
  for (const address of addresses) {
    const listener = createServer({ allowHalfOpen, noDelay: true });
    listener.maxConnections = server.maxConnections;
    listener.on('connection', (socket) => server.emit('connection', socket));
    try {
      await new Promise<void>((resolve, reject) => {
        listener.once('error', reject).listen(port, address, resolve);
      });
      listeners.push(listener);
    } catch (error) {
      if (!ABSENT.has((error as NodeJS.ErrnoException).code)) {
        await close();
        throw error;
      }
    }
  }
  return close;
}
