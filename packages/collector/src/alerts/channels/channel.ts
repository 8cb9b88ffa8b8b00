import { booleanOf, keyFor, listOf, objectOf, oneOf, refuseOthers, stringOf, wrong } from '../rule.ts';

export const CHANNEL_TYPES = ['webhook', 'slack', 'discord', 'teams', 'pagerduty', 'email'] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];

/** A place that messages are sent to. All fields may be shown; secrets are in {@link ChannelSecrets}. */
export interface Channel {
  readonly project: string;
  readonly id: string;
  readonly name: string;
  readonly type: ChannelType;
  readonly enabled: boolean;
  /** Host of the URL. The URL itself may contain a secret. */
  readonly host: string | null;
  /** Receivers of an e-mail channel, and its sender. */
  readonly to: readonly string[];
  readonly from: string | null;
  /** Time of day of the daily digest. Without it every event is sent at once. */
  readonly digest: { readonly at: string; readonly timeZone: string } | null;
  /** Why nothing is sent to the receiver any more: it answered 410. */
  readonly disabledReason: string | null;
}

/** Secrets of a channel. They can be written and are never shown. */
export interface ChannelSecrets {
  /** URL of the webhook, of Slack, Discord or Teams, of PagerDuty or of the SMTP server. */
  readonly url?: string;
  /** Signing secrets (`whsec_` and base64), the newest first. During a rotation, every one of them signs. */
  readonly secrets?: readonly string[];
  readonly routingKey?: string;
}

export interface ChannelWithSecrets {
  readonly channel: Channel;
  readonly secrets: ChannelSecrets;
  /** The secrets were encrypted with another key. Messages wait until this collector has that key. */
  readonly isLocked?: boolean;
}

const KNOWN: Readonly<Record<ChannelType, readonly string[]>> = {
  webhook: ['url', 'secret'],
  slack: ['url'],
  discord: ['url'],
  teams: ['url'],
  pagerduty: ['routingKey', 'url'],
  email: ['smtp', 'from', 'to'],
};
const SHARED = ['id', 'type', 'name', 'enabled', 'digest'];
const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue';
const MAX_SECRETS = 3;

/**
 * Reads a channel from a request or file. Secrets that are left out are taken from `before`.
 *
 * @throws TypeError that names the property; never with a secret in it.
 */
export function parseChannel(
  input: unknown,
  project: string,
  id: string,
  before?: ChannelWithSecrets,
): ChannelWithSecrets {
  const given = objectOf(input, 'the channel');
  const type = oneOf(given['type'] ?? before?.channel.type, CHANNEL_TYPES, 'type');
  refuseOthers(given, [...SHARED, ...KNOWN[type]], `a channel of type ${type}`);
  const old = before?.channel.type === type ? before : undefined;
  const secrets = secretsOf(type, given, old?.secrets);
  const isEmail = type === 'email';
  return {
    secrets,
    channel: {
      project,
      id,
      type,
      name: given['name'] === undefined ? (old?.channel.name ?? id) : stringOf(given['name'], 'name'),
      enabled: booleanOf(given['enabled'] ?? old?.channel.enabled ?? true, 'enabled'),
      host: secrets.url === undefined ? null : new URL(secrets.url).host,
      to: isEmail ? addressesOf(given['to'] ?? old?.channel.to) : [],
      from: isEmail ? (addressesOf(given['from'] ?? old?.channel.from ?? undefined)[0] ?? null) : null,
      digest: given['digest'] === undefined ? (old?.channel.digest ?? null) : digestOf(given['digest']),
      // Saving the channel enables it again.
      disabledReason: null,
    },
  };
}

function secretsOf(
  type: ChannelType,
  given: Readonly<Record<string, unknown>>,
  old: ChannelSecrets = {},
): ChannelSecrets {
  switch (type) {
    case 'webhook': {
      const secret = given['secret'] === undefined ? undefined : secretOf(given['secret']);
      const secrets = secret === undefined ? (old.secrets ?? []) : [secret];
      return { url: urlOf(given['url'] ?? old.url, 'url', /^https?:$/), secrets };
    }
    case 'pagerduty': {
      const url = urlOf(given['url'] ?? old.url ?? PAGERDUTY_URL, 'url', /^https?:$/);
      const routingKey = keyFor(given['routingKey'], 'routingKey', url, {
        key: old.routingKey,
        url: old.url,
      });
      if (typeof routingKey !== 'string' || !/^\w{20,64}$/.test(routingKey)) {
        throw new TypeError(
          'routingKey must be the integration key of a PagerDuty service: 32 letters and digits',
        );
      }
      return { routingKey, url };
    }
    case 'email':
      return { url: urlOf(given['smtp'] ?? old.url, 'smtp', /^smtps?:$/) };
    default:
      return { url: urlOf(given['url'] ?? old.url, 'url', /^https?:$/) };
  }
}

function urlOf(value: unknown, name: string, protocol: RegExp): string {
  if (typeof value !== 'string' || !URL.canParse(value) || !protocol.test(new URL(value).protocol)) {
    const example =
      name === 'smtp' ? 'smtp://user:password@mail.example.com:587' : 'https://example.com/hook';
    throw new TypeError(`${name} must be a URL such as ${example}`);
  }
  return value;
}

/** `whsec_` and base64 of 24 to 64 bytes, by Standard Webhooks. */
function secretOf(value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = Buffer.from(base64, 'base64').length;
  if (bytes < 24 || bytes > 64) {
    throw new TypeError('secret must be whsec_ followed by base64 of 24 to 64 random bytes');
  }
  return text;
}

/** Adds a secret at the front and keeps the three newest. */
export function rotated(secrets: ChannelSecrets, secret: unknown): ChannelSecrets {
  return { ...secrets, secrets: [secretOf(secret), ...(secrets.secrets ?? [])].slice(0, MAX_SECRETS) };
}

function addressesOf(value: unknown): string[] {
  const list = listOf(value, 'to and from');
  if (
    list.length === 0 ||
    list.some((address) => !/^[^\s@<>]+@[^\s@<>]+$|^[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+>$/.test(address))
  ) {
    throw wrong('to and from', 'e-mail addresses such as ops@example.com', value);
  }
  return list;
}

function digestOf(value: unknown): Channel['digest'] {
  if (value === null) return null;
  const given = objectOf(value, 'digest');
  refuseOthers(given, ['at', 'timeZone'], 'digest');
  const at = stringOf(given['at'], 'digest.at');
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(at)) throw wrong('digest.at', 'a time of day such as 09:00', at);
  const timeZone = given['timeZone'] === undefined ? 'UTC' : stringOf(given['timeZone'], 'digest.timeZone');
  try {
    new Intl.DateTimeFormat('en', { timeZone }).format();
  } catch {
    throw wrong('digest.timeZone', 'a name of the IANA database such as Europe/Berlin', timeZone);
  }
  return { at, timeZone };
}
