import type { ChannelWithSecrets } from '../channels/channel.ts';
import { sendEmail } from '../channels/email.ts';
import { requestOf } from '../channels/requests.ts';
import type { AlertMessage } from '../message.ts';
import { hideSecrets, secretsOfUrl } from './hide-secrets.ts';
import { post, retryAfterMs } from './post.ts';

/** The result of one attempt. */
export interface Attempt {
  readonly isAccepted: boolean;
  /** The receiver answered 410 and wants no further messages. */
  readonly isGone: boolean;
  readonly status: number | null;
  /** The first characters of the answer, or the reason of a failure. */
  readonly text: string;
  readonly retryAfterMs?: number;
}

export interface SendOptions {
  readonly allowsPrivate: boolean;
  readonly clock: () => number;
}

const MAX_TEXT = 500;
const GONE = 410;

/** Sends a message to a channel once. A failure is a value; its text holds no secret of the channel. */
export async function sendMessage(
  target: ChannelWithSecrets,
  message: AlertMessage,
  { allowsPrivate, clock }: SendOptions,
): Promise<Attempt> {
  try {
    if (target.channel.type === 'email') {
      const text = await sendEmail(target, message, allowsPrivate);
      return { isAccepted: true, isGone: false, status: 250, text: withoutSecrets(text, target) };
    }
    const answer = await post(requestOf(target, message, clock()), { allowsPrivate });
    const after = retryAfterMs(answer.headers, clock());
    return {
      isAccepted: answer.status >= 200 && answer.status < 300,
      isGone: answer.status === GONE,
      status: answer.status,
      text: withoutSecrets(answer.body, target),
      ...(after === undefined ? {} : { retryAfterMs: after }),
    };
  } catch (error) {
    return {
      isAccepted: false,
      isGone: false,
      status: statusOf(error),
      text: withoutSecrets(textOf(error), target),
    };
  }
}

/** The status code of an SMTP server that refused the message. */
function statusOf(error: unknown): number | null {
  return error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number'
    ? error.responseCode
    : null;
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the attempt failed';
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  return `${code}${error.message}`;
}

/** Must run before the text is shortened, which could leave a part of a secret. */
function withoutSecrets(text: string, { secrets }: ChannelWithSecrets): string {
  const hidden = [...(secrets.secrets ?? []), secrets.routingKey, ...secretsOfUrl(secrets.url)];
  return hideSecrets(text, hidden).slice(0, MAX_TEXT);
}
