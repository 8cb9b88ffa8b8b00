import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

import { checkHost, isPublicAddress, PrivateAddressError } from '../delivery/address-guard.ts';
import type { AlertMessage } from '../message.ts';
import { shortened } from '../../runtime/plain-text.ts';
import type { ChannelWithSecrets } from './channel.ts';
import { escapeHtml } from '../../runtime/escape-html.ts';

const TIMEOUT_MS = 15_000;
const MAX_SUBJECT = 300;

/** Sends a message by SMTP. @returns what the server answered. */
export async function sendEmail(
  { channel, secrets }: ChannelWithSecrets,
  message: AlertMessage,
  allowsPrivate: boolean,
): Promise<string> {
  const url = new URL(secrets.url ?? '');
  const { address, isPublic } = await addressOf(url.hostname.replace(/^\[|\]$/g, ''), allowsPrivate);
  const isTls = url.protocol === 'smtps:';
  // Loaded here, because few collectors send mail.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    // Connects to the address that was checked, because the name may resolve to another one a moment later.
    host: address,
    port: Number(url.port) || (isTls ? 465 : 587),
    secure: isTls,
    // A password is never sent unencrypted over the internet, not even where a proxy hides that the server supports STARTTLS.
    requireTLS: isPublic && url.username !== '',
    tls: { servername: isIP(url.hostname) === 0 ? url.hostname : '' },
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    ...(url.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
  });
  try {
    const sent = await transport.sendMail({
      from: channel.from ?? channel.to[0] ?? '',
      to: [...channel.to],
      subject: shortened(message.title, MAX_SUBJECT),
      text: message.text,
      html: htmlOf(message),
      messageId: `<${message.id}@userspan>`,
      // Mail programs show later messages about an alert in the same conversation.
      references: [`<${referenceOf(message.dedupKey)}@userspan>`],
      date: new Date(message.atMs),
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    return sent.response;
  } finally {
    transport.close();
  }
}

function referenceOf(dedupKey: string): string {
  return Buffer.from(dedupKey).toString('base64url').slice(0, 60);
}

async function addressOf(
  host: string,
  allowsPrivate: boolean,
): Promise<{ readonly address: string; readonly isPublic: boolean }> {
  if (!allowsPrivate) checkHost(host);
  const addresses = await lookup(host, { all: true });
  const isPublic = addresses.some(({ address }) => isPublicAddress(address));
  if (allowsPrivate) return { address: host, isPublic };
  const [first] = addresses;
  if (first === undefined || addresses.some(({ address }) => !isPublicAddress(address))) {
    throw new PrivateAddressError(host);
  }
  return { address: first.address, isPublic };
}

function htmlOf({ title, facts, link }: AlertMessage): string {
  const rows = facts.map(
    ({ name, value }) => `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(value)}</td></tr>`,
  );
  const anchor = link === null ? '' : `<p><a href="${escapeHtml(link)}">Open in Userspan</a></p>`;
  return `<p><b>${escapeHtml(title)}</b></p><table>${rows.join('')}</table>${anchor}`;
}
