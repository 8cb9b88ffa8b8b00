import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A collector in one of its possible states. */
export interface BrokenCollector {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** How each collector answers, by a name for its state. */
export const collectorStates: Readonly<Record<string, () => Promise<BrokenCollector>>> = {
  'not there': () =>
    Promise.resolve({ url: 'http://collector.invalid:4318', close: () => Promise.resolve() }),
  refusing: async () => {
    const { url, close } = await listen(createServer());
    await close();
    return { url, close: () => Promise.resolve() };
  },
  hanging: () => answering(() => {}),
  'accepting, and saying nothing': () => listen(createTcpServer((socket) => socket.on('error', () => {}))),
  dripping: () =>
    answering((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    }),
  'closing connections': () => answering((request) => request.socket.destroy()),
  'answering 503': () => answering((_request, response) => response.writeHead(503).end()),
  'answering 503, to be asked in an hour': () =>
    answering((_request, response) => response.writeHead(503, { 'retry-after': '3600' }).end()),
  'answering 401': () => answering((_request, response) => response.writeHead(401).end('{}')),
  'with a certificate of its own': () =>
    secure('/CN=localhost', ['-days', '2', '-addext', 'subjectAltName=IP:127.0.0.1']),
  'with a certificate of another host': () => secure('/CN=elsewhere.example', ['-days', '2']),
  'with an expired certificate': () => secure('/CN=localhost', 'expired'),
  'without TLS, where the app uses it': async () => {
    const { url, close } = await answering((_request, response) => response.end());
    return { url: url.replace('http:', 'https:'), close };
  },
  answering: () => answering((_request, response) => response.end()),
};

/** Further states, which only `npm run exit-times` uses. */
export const rareCollectorStates: Readonly<Record<string, () => Promise<BrokenCollector>>> = {
  'dripping headers': () =>
    listen(
      createTcpServer((socket) => {
        socket.on('error', () => {}).resume();
        socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
        const timer = setInterval(() => socket.write('a'), 1000);
        socket.on('close', () => clearInterval(timer));
      }),
    ),
  'answering without end': () =>
    answering((_request, response) => {
      const fill = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 32))) {
          // Until the socket is full.
        }
      };
      response.writeHead(200).on('drain', fill);
      fill();
    }),
  'resetting connections': () => listen(createTcpServer((socket) => socket.resetAndDestroy())),
  'resetting in the middle of its answer': () =>
    answering((request, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('half', () => {
        setTimeout(() => request.socket.resetAndDestroy(), 20);
      });
    }),
  'closing in the middle of a request': () =>
    listen(createTcpServer((socket) => socket.on('error', () => {}).once('data', () => socket.destroy()))),
  'that is no HTTP server': () =>
    listen(createTcpServer((socket) => socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.6\r\n'))),
  'redirecting to itself': () =>
    answering((request, response) => response.writeHead(307, { location: request.url ?? '/' }).end()),
  'answering 429, to be asked in an hour': () =>
    answering((_request, response) => response.writeHead(429, { 'retry-after': '3600' }).end()),
  'answering 413 before it has read': () =>
    listen(
      createServer((request, response) => {
        response.writeHead(413, { connection: 'close' }).end(() => request.socket.destroySoon());
      }),
    ),
  'with a TLS handshake that never ends': async () => {
    const { url, close } = await listen(createTcpServer((socket) => socket.on('error', () => {}).resume()));
    return { url: url.replace('http:', 'https:'), close };
  },
};

/** A server that reads each request to its end, and then answers. */
function answering(answer: RequestListener): Promise<BrokenCollector> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response));
  });
  return listen(server, () => server.closeAllConnections());
}

/** Makes a certificate with these options of `openssl req`, or one that expired in 2020, and serves with it. */
function secure(subject: string, args: readonly string[] | 'expired'): Promise<BrokenCollector> {
  const folder = mkdtempSync(join(tmpdir(), 'userspan-certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = [
    'req',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-subj',
    subject,
    '-keyout',
    key,
  ];
  if (args === 'expired') signExpired(folder, [...request, '-out', join(folder, 'request.pem')]);
  else execFileSync('openssl', [...request, '-x509', '-out', cert, ...args], { stdio: 'ignore' });
  const server = createSecureServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    (_request, response) => {
      response.end();
    },
  );
  rmSync(folder, { recursive: true });
  return listen(server, () => server.closeAllConnections(), 'https');
}

/** `openssl req` cannot create expired certificates, so a small CA signs one for the past. */
function signExpired(folder: string, request: readonly string[]): void {
  writeFileSync(
    join(folder, 'ca.cnf'),
    [
      '[ca]\ndefault_ca = own',
      '[own]\ndatabase = index.txt\nserial = serial\nnew_certs_dir = .\ndefault_md = sha256\npolicy = any',
      '[any]\ncommonName = supplied\n',
    ].join('\n'),
  );
  writeFileSync(join(folder, 'index.txt'), '');
  writeFileSync(join(folder, 'serial'), '01\n');
  execFileSync('openssl', [...request], { stdio: 'ignore' });
  const sign = ['ca', '-batch', '-selfsign', '-notext', '-config', 'ca.cnf', '-keyfile', 'key.pem'];
  const dates = ['-startdate', '20200101000000Z', '-enddate', '20200102000000Z'];
  execFileSync('openssl', [...sign, ...dates, '-in', 'request.pem', '-out', 'cert.pem'], {
    cwd: folder,
    stdio: 'ignore',
  });
}

async function listen(
  server: Server,
  closeConnections = (): void => {},
  scheme = 'http',
): Promise<BrokenCollector> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        closeConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
}
