import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { makeCertificate } from '../../testing/make-certificate.ts';
import { sendMessage } from '../delivery/send-message.ts';
import type { Attempt } from '../delivery/send-message.ts';
import type { AlertMessage } from '../message.ts';

interface Mail {
  readonly to: readonly string[];
  readonly text: string;
}

let mails: Mail[] = [];
let passwords: string[] = [];
const servers: SMTPServer[] = [];
let clearPort = 0;
let startTlsPort = 0;

async function listen(options: SMTPServerOptions): Promise<number> {
  const server = new SMTPServer({
    authOptional: true,
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, text: Buffer.concat(chunks).toString('utf8') });
        done();
      });
    },
    onAuth: (auth, _session, done) => {
      passwords.push(auth.password ?? '');
      done(null, { user: auth.username ?? '' });
    },
    ...options,
  });
  server.on('error', () => undefined);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'userspan-smtp-'));
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  makeCertificate('localhost', files);
  const [cert, key] = [await readFile(files.cert), await readFile(files.key)];
  await rm(folder, { recursive: true });
  clearPort = await listen({ disabledCommands: ['STARTTLS'] });
  startTlsPort = await listen({ cert, key });
});
afterAll(async () => {
  for (const server of servers) await new Promise<void>((resolve) => server.close(() => resolve()));
});
beforeEach(() => {
  mails = [];
  passwords = [];
});

function send(url: string, message: Partial<AlertMessage>, to = ['ops@example.com']): Promise<Attempt> {
  const channel = {
    project: 'default',
    id: 'mail',
    name: 'mail',
    type: 'email' as const,
    enabled: true,
    host: null,
    to,
    from: 'Userspan <alerts@example.com>',
    digest: null,
    disabledReason: null,
  };
  const whole: AlertMessage = {
    id: 'msg_1',
    type: 'alert.fired',
    title: 'title',
    text: 'text',
    severity: 'critical',
    isResolved: false,
    dedupKey: 'default/rule/user/u1',
    facts: [],
    link: null,
    atMs: 0,
    data: {},
    ...message,
  };
  return sendMessage({ channel, secrets: { url } }, whole, { allowsPrivate: true, clock: Date.now });
}

const HOSTILE = [
  'Ada\r\nBcc: thief@example.com',
  'Ada\nSubject: other\n\nanother body',
  'Ada\r\n.\r\nMAIL FROM:<x@example.com>',
  'Ada\u2028Bcc: thief@example.com\u0000\u0085',
  '=?utf-8?B?QmNjOiB0aGllZkBleGFtcGxlLmNvbQ==?=',
  `${'long '.repeat(60)}\r\nBcc: thief@example.com`,
];

test.each(HOSTILE)('a name with line breaks does not add a header: %j', async (name) => {
  const message = {
    title: `Any user over $1: User ${name}: cost $2`,
    text: name,
    dedupKey: `default/rule/user/${name}`,
    facts: [{ name: 'user', value: name }],
  };
  expect(await send(`smtp://127.0.0.1:${clearPort}`, message)).toMatchObject({ isAccepted: true });
  expect(mails.map(({ to }) => to)).toEqual([['ops@example.com']]);
  const [headers = ''] = (mails[0]?.text ?? '').split('\r\n\r\n');
  const names = [...headers.matchAll(/^([\w-]+):/gm)].map(([, header]) => header?.toLowerCase());
  expect(names.toSorted()).toEqual(
    ['from', 'to', 'subject', 'message-id', 'references', 'date', 'mime-version', 'content-type'].toSorted(),
  );
});

test('uses STARTTLS if the server supports it, and sends nothing to a server with an untrusted certificate', async () => {
  const attempt = await send(`smtp://ops:secret%20word@localhost:${startTlsPort}`, {});
  expect(attempt).toMatchObject({ isAccepted: false, text: expect.stringMatching(/self-signed/) as string });
  expect([mails, passwords]).toEqual([[], []]);
  expect(JSON.stringify(attempt)).not.toContain('secret word');
});

test('smtps fails with a server without TLS, and with a closed port', async () => {
  expect(await send(`smtps://127.0.0.1:${clearPort}`, {})).toMatchObject({ isAccepted: false });
  expect(await send('smtp://127.0.0.1:1', {})).toMatchObject({
    isAccepted: false,
    text: expect.stringMatching(/ECONNREFUSED/) as string,
  });
});
