import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate } from '../testing/make-certificate.ts';
import { type MemoryCollector, memoryCollector } from '../testing/memory-collector.ts';
import { waitFor } from '../testing/wait-for.ts';
import { readTls } from './tls-files.ts';

let dir: string;
let collector: MemoryCollector;
const at = (name: string): string => join(dir, name);

function makePair(name: string, ...more: string[]): void {
  makeCertificate(name, { cert: at(`${name}.pem`), key: at(`${name}.key`) }, ...more);
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'userspan-tls-'));
  makePair('first');
  makePair('second');
  await copyFile(at('first.pem'), at('used.pem'));
  await copyFile(at('first.key'), at('used.key'));
  execFileSync(
    'openssl',
    ['pkey', '-in', at('first.key'), '-aes256', '-passout', 'pass:x', '-out', at('locked.key')],
    {
      stdio: 'ignore',
    },
  );
  await writeFile(at('text.pem'), 'no certificate');
  collector = await memoryCollector({
    'tls-cert': at('used.pem'),
    'tls-key': at('used.key'),
    'grpc-port': '0',
  });
});
afterAll(async () => {
  await collector.remove();
  await rm(dir, { recursive: true });
});

describe('fails at start with the name of the invalid file', () => {
  test.each([
    [
      'no certificate file',
      'gone.pem',
      'first.key',
      /^--tls-cert names .*gone\.pem, which cannot be read: ENOENT/,
    ],
    ['no key file', 'first.pem', 'gone.key', /^--tls-key names .*gone\.key, which cannot be read: ENOENT/],
    ['a folder in place of a file', '', 'first.key', /^--tls-cert names .*, which cannot be read: EISDIR/],
    [
      'a file without a certificate',
      'text.pem',
      'first.key',
      /^--tls-cert .*text\.pem must be a certificate chain/,
    ],
    ['a file without a key', 'first.pem', 'text.pem', /^--tls-key .*text\.pem must be a private key/],
    [
      'a key with a passphrase',
      'first.pem',
      'locked.key',
      /^--tls-key .*locked\.key must be a private key .* passphrase/,
    ],
    [
      'the key of another certificate',
      'first.pem',
      'second.key',
      /^--tls-key .*second\.key does not match .*first\.pem/,
    ],
    [
      'certificate and key exchanged',
      'first.key',
      'first.pem',
      /^--tls-cert .*first\.key must be a certificate chain/,
    ],
  ])('%s', async (_name, cert, key, message) => {
    const error = await readTls({ cert: at(cert), key: at(key) }).catch((reason: Error) => reason);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('PRIVATE');
  });
});

/** Opens a TLS connection. Rejects if the handshake fails. */
function handshake(url: string, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false, ...options });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}

const doors = (): readonly string[] => [collector.url, collector.grpcUrl ?? ''];

test.each(['TLSv1', 'TLSv1.1'] as const)('HTTP and gRPC reject %s', async (version) => {
  for (const url of doors()) {
    const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    await expect(handshake(url, old)).rejects.toThrow(/./);
  }
});

test.each(['TLSv1.2', 'TLSv1.3'] as const)('HTTP and gRPC accept %s', async (version) => {
  for (const url of doors()) {
    const socket = await handshake(url, { minVersion: version, maxVersion: version });
    expect(socket.getProtocol()).toBe(version);
    socket.destroy();
  }
});

test('does not answer HTTP without TLS', async () => {
  const received = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connectPlain(Number(new URL(collector.url).port), '127.0.0.1');
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('error', () => undefined).once('close', () => resolve(text));
    socket.write('GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  });
  expect(received).not.toContain('ready');
});

test("HTTP and gRPC use a certificate that is renewed on disk, and never one file of a pair with the other's old version", async () => {
  const nameAt = async (url: string): Promise<string | undefined> => {
    const socket = await handshake(url, { ALPNProtocols: ['h2', 'http/1.1'] });
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return String(subject.CN);
  };
  const names = (): Promise<unknown[]> => Promise.all(doors().map(nameAt));
  await copyFile(at('second.pem'), at('used.pem'));
  expect(await names()).toEqual(['first', 'first']);
  await copyFile(at('second.key'), at('used.key'));
  await waitFor(names, (found) => found.every((name) => name === 'second'));
});
