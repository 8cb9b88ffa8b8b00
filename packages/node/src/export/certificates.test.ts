import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { diag, DiagLogLevel } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ExportQueue } from './export-queue.ts';
import { OtlpExporter } from './otlp-exporter.ts';

const folder = mkdtempSync(join(tmpdir(), 'userspan-certificates-'));
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const openssl = (...args: string[]): void => {
  execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
};

/** A key and a certificate, of a CA or for host names, signed by a CA or self-signed. */
function certify(name: string, extension: string, by?: string): void {
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`];
  openssl('req', ...key, '-subj', `/CN=${name}`);
  writeFileSync(join(folder, `${name}.ext`), extension);
  const signer = by === undefined ? ['-signkey', `${name}.key`] : ['-CA', `${by}.pem`, '-CAkey', `${by}.key`];
  const serial = by === undefined ? [] : ['-CAcreateserial'];
  const out = ['-out', `${name}.pem`, '-days', '2', '-extfile', `${name}.ext`];
  openssl('x509', '-req', '-in', `${name}.csr`, ...out, ...signer, ...serial);
}

beforeAll(() => {
  certify('root', 'basicConstraints=critical,CA:TRUE');
  certify('intermediate', 'basicConstraints=critical,CA:TRUE', 'root');
  certify('leaf', 'subjectAltName=IP:127.0.0.1', 'intermediate');
  certify('elsewhere', 'subjectAltName=DNS:otel.example.com', 'intermediate');
  certify('alone', 'subjectAltName=IP:127.0.0.1');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Sends a span to a collector with these certificates; returns the warnings. */
async function warningsOf(sent: readonly string[], key: string, ca: string | undefined): Promise<string[]> {
  const server = createServer({ cert: sent.map(read).join(''), key: read(key) }, (request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/x-protobuf').end());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `https://127.0.0.1:${port}/v1/traces`;
  const warnings: string[] = [];
  const note = (message: string): void => void warnings.push(message);
  diag.setLogger({ error: note, warn: note, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
  try {
    const exporter = new OtlpExporter({
      url: endpoint,
      headers: {},
      protocol: 'http/protobuf',
      compression: 'none',
      timeoutMs: 5_000,
      tls: ca === undefined ? {} : { ca: read(ca) },
    });
    const queue = new ExportQueue({
      exporter,
      endpoint,
      maxQueueSize: 10,
      scheduleDelayMs: 60_000,
      flushTimeoutMs: 5_000,
      isObserved: () => true,
    });
    new NodeTracerProvider({ spanProcessors: [queue] }).getTracer('t').startSpan('s').end();
    await queue.forceFlush();
    await queue.shutdown();
  } finally {
    diag.disable();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  return warnings;
}

const CHAIN = ['leaf.pem', 'intermediate.pem'];

test.each([
  { name: 'a complete chain', sent: CHAIN, ca: 'root.pem', says: undefined },
  {
    name: 'a missing intermediate certificate',
    sent: ['leaf.pem'],
    ca: 'root.pem',
    says: /intermediate certificate .*--tls-cert/,
  },
  {
    name: 'a missing intermediate certificate that is trusted itself',
    sent: ['leaf.pem'],
    ca: 'intermediate.pem',
    says: /./,
  },
  { name: 'a CA that is not trusted', sent: CHAIN, ca: undefined, says: /OTEL_EXPORTER_OTLP_CERTIFICATE/ },
  {
    name: 'a certificate of another host',
    sent: ['elsewhere.pem', 'intermediate.pem'],
    ca: 'root.pem',
    says: /another host name/,
  },
  {
    name: 'a self-signed certificate',
    sent: ['alone.pem'],
    ca: undefined,
    says: /OTEL_EXPORTER_OTLP_CERTIFICATE/,
  },
  {
    name: 'a self-signed certificate that is trusted',
    sent: ['alone.pem'],
    ca: 'alone.pem',
    says: undefined,
  },
])('a collector with $name', async ({ sent, ca, says }) => {
  const warnings = await warningsOf(sent, sent[0]?.replace('.pem', '.key') ?? '', ca);
  expect(warnings).toEqual(says === undefined ? [] : [expect.stringMatching(says)]);
});
