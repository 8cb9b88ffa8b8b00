import { createHash } from 'node:crypto';

import type { AlertMessage } from '../message.ts';
import type { ChannelWithSecrets } from './channel.ts';
import { signWebhook } from './sign-webhook.ts';

/** A request to a receiver. */
export interface ChannelRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Body of a webhook at most, by Standard Webhooks. */
const MAX_WEBHOOK_BYTES = 20_000;
const MAX_SUMMARY = 1024;
const MAX_DEDUP_KEY = 255;
const COLORS = { info: '#2e7d32', warning: '#f9a825', critical: '#c62828' } as const;
/** Slack and Discord show so many fields at most. */
const MAX_FIELDS = 20;

/** The HTTP request that tells a channel; e-mail has its own way. */
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
      // Discord takes Slack's form at this path.
      return json(url.endsWith('/slack') ? url : `${url.replace(/\/+$/, '')}/slack`, slackBody(message));
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
  const { type, atMs, data, title } = message;
  const timestamp = new Date(atMs).toISOString();
  let body = JSON.stringify({ type, timestamp, data: { title, ...data } });
  if (Buffer.byteLength(body) > MAX_WEBHOOK_BYTES) {
    // Only a digest or very long names can be that large: what identifies the event is kept.
    body = JSON.stringify({
      type,
      timestamp,
      data: {
        title: title.slice(0, 500),
        isShortened: true,
        link: message.link,
        dedupKey: message.dedupKey.slice(0, 500),
      },
    });
  }
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

/** Slack's `mrkdwn` reads these three characters. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function slackBody(message: AlertMessage): object {
  return {
    text: escaped(message.title),
    attachments: [
      {
        color: COLORS[message.severity],
        fallback: escaped(message.title),
        ...(message.link === null ? {} : { title: 'Open in Userspan', title_link: message.link }),
        fields: message.facts.slice(0, MAX_FIELDS).map(({ name, value }) => ({
          title: name,
          value: escaped(value.slice(0, 1000)),
          short: value.length < 40,
        })),
        ts: Math.floor(message.atMs / 1000),
      },
    ],
  };
}

function teamsBody(message: AlertMessage): object {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            {
              type: 'TextBlock',
              text: message.title,
              wrap: true,
              weight: 'Bolder',
              color: message.isResolved ? 'Good' : message.severity === 'critical' ? 'Attention' : 'Warning',
            },
            { type: 'FactSet', facts: message.facts.map(({ name, value }) => ({ title: name, value })) },
          ],
          ...(message.link === null
            ? {}
            : { actions: [{ type: 'Action.OpenUrl', title: 'Open in Userspan', url: message.link }] }),
        },
      },
    ],
  };
}

/** PagerDuty Events API v2. */
function pagerDutyBody(routingKey: string, message: AlertMessage): object {
  return {
    routing_key: routingKey,
    event_action: message.isResolved ? 'resolve' : 'trigger',
    dedup_key: dedupKeyOf(message.dedupKey),
    payload: {
      summary: message.title.slice(0, MAX_SUMMARY),
      severity: message.severity,
      source: 'userspan',
      timestamp: new Date(message.atMs).toISOString(),
      custom_details: detailsOf(message.facts),
    },
    ...(message.link === null ? {} : { links: [{ href: message.link, text: 'Open in Userspan' }] }),
  };
}

/** Facts by name; what has one name, such as several causes, stands in one text. */
function detailsOf(facts: AlertMessage['facts']): Readonly<Record<string, string>> {
  const details = new Map<string, string>();
  for (const { name, value } of facts) {
    const before = details.get(name);
    details.set(name, before === undefined ? value : `${before}; ${value}`);
  }
  return Object.fromEntries(details);
}

/** A key that is too long keeps its beginning and gets its own hash, so that two never meet. */
function dedupKeyOf(key: string): string {
  return key.length <= MAX_DEDUP_KEY ? key : `${key.slice(0, 190)}-${hashOf(key)}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
