import { createHash } from 'node:crypto';

import type { AlertMessage } from '../message.ts';
import { shortened } from '../../runtime/plain-text.ts';
import type { ChannelWithSecrets } from './channel.ts';
import { discordBody, discordUrl, slackBody, teamsBody } from './chat-bodies.ts';
import { signWebhook } from './sign-webhook.ts';

/** A request to a receiver. */
export interface ChannelRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Maximum size of a webhook's body, by Standard Webhooks. */
const MAX_WEBHOOK_BYTES = 20_000;
const MAX_SUMMARY = 1024;
const MAX_DEDUP_KEY = 255;

/** The HTTP request that sends a message to a channel. E-mail does not use HTTP. */
export function requestOf(
  { channel, secrets }: ChannelWithSecrets,
  message: AlertMessage,
  nowMs: number,
): ChannelRequest {
  const url = secrets.url ?? '';
  switch (channel.type) {
    case 'webhook':
      return webhookRequest(url, secrets.secrets ?? [], message, nowMs);
    case 'pagerduty':
      return json(url, pagerDutyBody(secrets.routingKey ?? '', message));
    case 'teams':
      return json(url, teamsBody(message));
    case 'discord':
      return json(discordUrl(url), discordBody(message));
    default:
      return json(url, slackBody(message));
  }
}

function json(url: string, body: object, headers: Readonly<Record<string, string>> = {}): ChannelRequest {
  return { url, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function webhookRequest(
  url: string,
  secrets: readonly string[],
  message: AlertMessage,
  nowMs: number,
): ChannelRequest {
  const body = webhookBody(message);
  const seconds = Math.floor(nowMs / 1000);
  return {
    url,
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': message.id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signWebhook(secrets, message.id, seconds, body),
    },
  };
}

/**
 * Shortens a body that is too large: a digest keeps as many events as fit, any other event only its identifying fields.
 */
function webhookBody({ type, atMs, data, title, link, dedupKey }: AlertMessage): string {
  const bodyOf = (of: object): string =>
    JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data: { title, ...of } });
  const isTooLarge = (body: string): boolean => Buffer.byteLength(body) > MAX_WEBHOOK_BYTES;
  const whole = bodyOf(data);
  if (!isTooLarge(whole)) return whole;
  const { alerts } = data;
  if (!Array.isArray(alerts))
    return bodyOf({ isShortened: true, link: isTooLarge(link ?? '') ? null : link, dedupKey });
  let shown = alerts.length;
  let body: string;
  do {
    shown -= 1;
    body = bodyOf({ ...data, isShortened: true, alerts: alerts.slice(0, shown) });
  } while (shown > 0 && isTooLarge(body));
  return body;
}

/** PagerDuty Events API v2. */
function pagerDutyBody(routingKey: string, message: AlertMessage): object {
  return {
    routing_key: routingKey,
    event_action: message.isResolved ? 'resolve' : 'trigger',
    dedup_key: dedupKeyOf(message.dedupKey),
    payload: {
      summary: shortened(message.title, MAX_SUMMARY),
      severity: message.severity,
      source: 'userspan',
      timestamp: new Date(message.atMs).toISOString(),
      custom_details: detailsOf(message.facts),
    },
    ...(message.link === null ? {} : { links: [{ href: message.link, text: 'Open in Userspan' }] }),
  };
}

/** Facts by name. Facts with the same name, such as several causes, are joined into one string. */
function detailsOf(facts: AlertMessage['facts']): Readonly<Record<string, string>> {
  const details = new Map<string, string>();
  for (const { name, value } of facts) {
    const before = details.get(name);
    details.set(name, before === undefined ? value : `${before}; ${value}`);
  }
  return Object.fromEntries(details);
}

/** Shortens a key that is too long to its beginning and its hash, so that different keys stay different. */
function dedupKeyOf(key: string): string {
  return key.length <= MAX_DEDUP_KEY
    ? key.toWellFormed()
    : `${key.slice(0, 190).toWellFormed()}-${hashOf(key)}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
