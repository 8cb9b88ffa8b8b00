import type { AlertMessage } from '../message.ts';
import { shortened } from '../../runtime/plain-text.ts';

const COLORS = { info: '#2e7d32', warning: '#f9a825', critical: '#c62828' } as const;
const OPEN = 'Open in Userspan';

/** Maximum number of fields that Slack shows. */
const MAX_SLACK_FIELDS = 20;
const MAX_SLACK_VALUE = 1000;

/**
 * Discord's limits for a message, an embed and its fields. All texts of the embeds together may have 6,000 characters.
 */
const MAX_DISCORD_CONTENT = 2000;
const MAX_DISCORD_FIELDS = 25;
const MAX_DISCORD_NAME = 256;
const MAX_DISCORD_VALUE = 1024;
const MAX_DISCORD_EMBED = 6000;
const MAX_DISCORD_URL = 2048;

/** Teams accepts 28 KB, including what it adds itself. */
const MAX_TEAMS_BYTES = 20_000;

/** The body for an incoming webhook of Slack. */
export function slackBody(message: AlertMessage): object {
  return {
    text: forSlack(message.title),
    // Slack must not show a preview of a link in a user's name.
    unfurl_links: false,
    unfurl_media: false,
    attachments: [
      {
        color: COLORS[message.severity],
        fallback: forSlack(message.title),
        ...(message.link === null ? {} : { title: OPEN, title_link: message.link }),
        fields: message.facts.slice(0, MAX_SLACK_FIELDS).map(({ name, value }) => ({
          title: name,
          value: forSlack(shortened(value, MAX_SLACK_VALUE)),
          short: value.length < 40,
        })),
        ts: Math.floor(message.atMs / 1000),
      },
    ],
  };
}

/** Slack's `mrkdwn` reads these three characters; a mention such as `<!channel>` begins with one of them. */
function forSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * The webhook URL for messages in Discord's own format. The URL with `/slack` at its end expects Slack's format, so the
 * suffix is removed.
 */
export function discordUrl(url: string): string {
  const parsed = new URL(url);
  parsed.pathname = parsed.pathname.replace(/\/slack\/?$/, '');
  return parsed.href;
}

/** The body for a webhook of Discord. */
export function discordBody(message: AlertMessage): object {
  const hasLink = message.link !== null && message.link.length <= MAX_DISCORD_URL;
  let left = MAX_DISCORD_EMBED - OPEN.length;
  const fields: object[] = [];
  for (const fact of message.facts) {
    const name = shortened(forDiscord(fact.name), MAX_DISCORD_NAME);
    const value = shortened(forDiscord(fact.value), MAX_DISCORD_VALUE);
    left -= name.length + value.length;
    if (left < 0 || fields.length === MAX_DISCORD_FIELDS) break;
    fields.push({ name, value: value === '' ? '\u200B' : value, inline: value.length < 40 });
  }
  return {
    content: shortened(forDiscord(message.title), MAX_DISCORD_CONTENT),
    // A user named `@everyone` must not notify the whole channel.
    allowed_mentions: { parse: [] },
    embeds: [
      {
        color: Number.parseInt(COLORS[message.severity].slice(1), 16),
        ...(hasLink ? { title: OPEN, url: message.link } : {}),
        fields,
        timestamp: new Date(message.atMs).toISOString(),
      },
    ],
  };
}

/** Escapes Markdown, so that a user's name cannot become a link or a heading. */
function forDiscord(text: string): string {
  return text.replace(/[\\*_~`|>#<[\]()]/g, String.raw`\$&`);
}

/** An Adaptive Card for a workflow of Teams. Facts that do not fit are left out and counted. */
export function teamsBody(message: AlertMessage): object {
  let shown = message.facts.length;
  let body = teamsCard(message, shown);
  while (shown > 0 && Buffer.byteLength(JSON.stringify(body)) > MAX_TEAMS_BYTES) {
    shown -= 1;
    body = teamsCard(message, shown);
  }
  return body;
}

function teamsCard(message: AlertMessage, shown: number): object {
  const facts = message.facts
    .slice(0, shown)
    .map(({ name, value }) => ({ title: name, value: forTeams(value) }));
  const more = message.facts.length - shown;
  if (more > 0) facts.push({ title: 'More', value: `${more} that do not fit here` });
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
              text: forTeams(message.title),
              wrap: true,
              weight: 'Bolder',
              color: message.isResolved ? 'Good' : message.severity === 'critical' ? 'Attention' : 'Warning',
            },
            { type: 'FactSet', facts },
          ],
          ...(message.link === null
            ? {}
            : { actions: [{ type: 'Action.OpenUrl', title: OPEN, url: message.link }] }),
        },
      },
    ],
  };
}

/** Cards have no escape character for Markdown. A zero-width space breaks what would be a link. */
function forTeams(text: string): string {
  return text.replaceAll('](', ']\u200B(');
}
