import { createHash } from 'node:crypto';

import type { Channel } from '../channels/channel.ts';
import type { AlertMessage } from '../message.ts';
import { localDay, startOfDay } from '../window.ts';

/** Maximum number of lines in a digest; one more line says how many further events there are. */
const MAX_LINES = 50;

/** When the digest is due next: the first occurrence of its time of day strictly after `nowMs`. */
export function nextDigestMs({ at, timeZone }: NonNullable<Channel['digest']>, nowMs: number): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const today = localDay(nowMs, timeZone);
  const timeOn = (day: number): number => startOfDay(day, timeZone) + (hours * 60 + minutes) * 60_000;
  return timeOn(today) > nowMs ? timeOn(today) : timeOn(today + 1);
}

/** One message about many events. */
export function digestMessage(
  channel: Channel,
  messages: readonly AlertMessage[],
  nowMs: number,
): AlertMessage {
  const ids = messages.map(({ id }) => id).join(' ');
  const id = `msg_${createHash('sha256').update(`${channel.project} ${channel.id} ${ids}`).digest('hex').slice(0, 40)}`;
  const fired = messages.filter(({ isResolved }) => !isResolved).length;
  const title = `Userspan: ${counted(fired, 'alert')} and ${counted(messages.length - fired, 'resolution')} since the last digest`;
  const lines = messages.slice(0, MAX_LINES).map((message) => message.title);
  const more = messages.length > MAX_LINES ? [`and ${messages.length - MAX_LINES} more`] : [];
  const worst = (['critical', 'warning'] as const).find((severity) =>
    messages.some((message) => message.severity === severity),
  );
  return {
    id,
    type: 'alert.digest',
    title,
    text: [title, ...lines, ...more].join('\n'),
    severity: worst ?? 'info',
    isResolved: fired === 0,
    dedupKey: `${channel.project}/digest/${channel.id}`,
    facts: messages.slice(0, MAX_LINES).map((message) => ({ name: message.type, value: message.title })),
    link: null,
    atMs: nowMs,
    data: {
      project: channel.project,
      alerts: messages
        .slice(0, MAX_LINES)
        .map(({ type, title: line, link }) => ({ type, title: line, link })),
      count: messages.length,
    },
  };
}

function counted(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : `${noun}s`}`;
}
