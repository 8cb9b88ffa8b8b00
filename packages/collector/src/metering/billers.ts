import { hideSecrets, secretsOfUrl } from '../alerts/delivery/hide-secrets.ts';
import { post } from '../alerts/delivery/post.ts';
import type { PostAnswer } from '../alerts/delivery/post.ts';
import { requestOf, STRIPE_VERSION } from './biller-requests.ts';
import type { BillerContext, BillerRequest } from './biller-requests.ts';
import type { Biller } from './exporter.ts';
import type { MeterEvent } from './meter-event.ts';

/** A biller's answer for some events. Those that are neither accepted nor refused are sent again later. */
export interface BillerAnswer {
  /** Identifiers of events that the biller has now. */
  readonly accepted: ReadonlySet<string>;
  /** Why the biller refused single events, such as an unknown customer, by identifier. */
  readonly refused: ReadonlyMap<string, string>;
  /** Why the biller currently accepts nothing. */
  readonly problem: string | null;
  /** Identifiers of events in a request without an answer. The biller may have them. */
  readonly unanswered: ReadonlySet<string>;
  readonly retryAfter: string | undefined;
}

/** Maximum number of events per request. */
export const BATCH_SIZES: Readonly<Record<Biller, number>> = {
  'stripe-stream': 100,
  stripe: 1,
  openmeter: 100,
  lago: 100,
  orb: 100,
  metronome: 100,
  webhook: 50,
};

const DAY_MS = 86_400_000;
/** How long a biller remembers identifiers. */
export const REMEMBERED_MS: Readonly<Partial<Record<Biller, number>>> = {
  'stripe-stream': DAY_MS,
  stripe: DAY_MS,
  metronome: 34 * DAY_MS,
};
const MAX_PROBLEM = 300;
const NOTHING: BillerAnswer = {
  accepted: new Set(),
  refused: new Map(),
  problem: null,
  unanswered: new Set(),
  retryAfter: undefined,
};

/**
 * Sends events, in one request if the biller accepts all of them. A request that is refused because of its content is
 * divided into halves, down to single events that are invalid or that the biller already has. Never throws.
 *
 * @param mayGoOn called before every request except the first.
 */
export async function sendEvents(
  context: BillerContext,
  events: readonly MeterEvent[],
  mayGoOn: () => boolean = () => true,
): Promise<BillerAnswer> {
  const attempt = await attemptOf(context, events);
  if (attempt.kind === 'answer') return attempt.answer;
  const [first] = events;
  if (first === undefined) return NOTHING;
  if (events.length === 1) {
    return attempt.isConflict || saysDuplicate(attempt.reason, context, first)
      ? { ...NOTHING, accepted: new Set([first.identifier]) }
      : { ...NOTHING, refused: new Map([[first.identifier, attempt.reason]]) };
  }
  let all = NOTHING;
  const middle = Math.ceil(events.length / 2);
  for (const half of [events.slice(0, middle), events.slice(middle)]) {
    if (!mayGoOn()) break;
    const answer = await sendEvents(context, half, mayGoOn);
    all = {
      ...answer,
      accepted: new Set([...all.accepted, ...answer.accepted]),
      refused: new Map([...all.refused, ...answer.refused]),
    };
    if (answer.problem !== null) break;
  }
  return all;
}

type BillerAttempt =
  | { readonly kind: 'answer'; readonly answer: BillerAnswer }
  /** The request was refused because of its content. */
  | { readonly kind: 'refused'; readonly reason: string; readonly isConflict: boolean };

/** Statuses for an invalid request, which will not be accepted later. */
const REFUSALS = new Set([400, 409, 413, 422]);
/** How Lago, Orb and Stripe report a duplicate. */
const DUPLICATE = /already_?\s?exist|duplicate|already (been )?(ingested|received|processed)/i;

/** Whether a refusal says that the biller already has an event. Ignores words that come from the event itself. */
function saysDuplicate(text: string, { exporter }: BillerContext, { customer, model }: MeterEvent): boolean {
  const quoted = [customer, model, exporter.eventName].filter((value) => DUPLICATE.test(value));
  return DUPLICATE.test(quoted.reduce((rest, value) => rest.replaceAll(value, ''), text));
}
/** Error codes of failed connections, with which the request was not sent. */
const UNSENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

async function attemptOf(context: BillerContext, events: readonly MeterEvent[]): Promise<BillerAttempt> {
  let sessionToken: string | undefined;
  const later = (problem: string, rest: Partial<BillerAnswer> = {}): BillerAttempt => ({
    kind: 'answer',
    answer: { ...NOTHING, problem: shown(problem, context, sessionToken), ...rest },
  });
  const laterAs = ({ status, body, headers }: PostAnswer): BillerAttempt => {
    const retryAfter = headers['retry-after'];
    return later(`${status} ${body}`, typeof retryAfter === 'string' ? { retryAfter } : {});
  };
  let isSending = false;
  try {
    const request = requestOf(context, events);
    if (context.exporter.type === 'stripe-stream') {
      const session = await openStripeSession(context);
      if (session.token === undefined) return laterAs(session.answer);
      sessionToken = session.token;
    }
    isSending = true;
    const answer = await send(context, sessionToken ?? context.secrets.apiKey, request);
    const { status, body } = answer;
    if (status >= 200 && status < 300) {
      if (isAnswerOf(context, body)) return acceptance(context, events, body);
      return later(`${status} ${body}`, { unanswered: new Set(events.map(({ identifier }) => identifier)) });
    }
    if (!REFUSALS.has(status)) return laterAs(answer);
    // A conflict means an event with the same identifier. Stripe also uses the status for concurrent requests.
    const isConflict = status === 409 && !context.exporter.type.startsWith('stripe');
    return {
      kind: 'refused',
      reason: shown(`${status} ${body}`, context, sessionToken),
      isConflict,
    };
  } catch (error) {
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : 'the request failed';
    const isUnanswered = isSending && mayHaveArrived(error);
    return later(problem, {
      unanswered: new Set(isUnanswered ? events.map(({ identifier }) => identifier) : []),
    });
  }
}

/**
 * Whether a successful answer comes from the biller. A proxy in front of an unavailable biller may answer 200 with a
 * page. Billers answer with JSON without an error, or with an empty body.
 */
function isAnswerOf({ exporter }: BillerContext, body: string): boolean {
  if (exporter.type === 'webhook' || body.trim() === '') return true;
  try {
    const answer = JSON.parse(body) as { readonly error?: unknown } | null;
    return (answer?.error ?? null) === null;
  } catch {
    return false;
  }
}

/** All events count as accepted, except those that the biller's answer refuses. */
function acceptance(context: BillerContext, events: readonly MeterEvent[], body: string): BillerAttempt {
  const refused = refusedBy(context, events, body);
  const accepted = events.filter(({ identifier }) => !refused.has(identifier));
  return {
    kind: 'answer',
    answer: { ...NOTHING, refused, accepted: new Set(accepted.map(({ identifier }) => identifier)) },
  };
}

/** Whether a request that ended with this error may have reached the biller. */
function mayHaveArrived(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const code = 'code' in error ? String(error.code) : '';
  return !UNSENT.includes(code) && error.name !== 'PrivateAddressError';
}

/** Removes keys from a message, in case the biller repeats them. */
function shown(text: string, { secrets, exporter }: BillerContext, sessionToken?: string): string {
  const hidden = [secrets.apiKey, sessionToken, ...secretsOfUrl(exporter.url)];
  return hideSecrets(text, hidden).slice(0, MAX_PROBLEM);
}

function send(
  { exporter, allowsPrivate, timeoutMs }: BillerContext,
  apiKey: string,
  { path, body, headers = {} }: BillerRequest,
): Promise<PostAnswer> {
  return post(
    {
      url: `${exporter.url}${path}`,
      body,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}`, ...headers },
    },
    { allowsPrivate, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
  );
}

/** The events that Orb refused from an accepted batch. Events that it already has are not refused. */
function refusedBy(
  context: BillerContext,
  events: readonly MeterEvent[],
  body: string,
): ReadonlyMap<string, string> {
  let failed: unknown;
  try {
    failed = (JSON.parse(body) as { readonly validation_failed?: unknown } | null)?.validation_failed;
  } catch {
    // An empty answer, or any text from a webhook, accepts everything.
  }
  if (!Array.isArray(failed)) return NOTHING.refused;
  const refused = new Map<string, string>();
  for (const each of failed as readonly Partial<Record<string, unknown>>[]) {
    const event = events.find(({ identifier }) => identifier === each['idempotency_key']);
    const reason = JSON.stringify(each['validation_errors'] ?? 'refused');
    if (event !== undefined && !saysDuplicate(reason, context, event)) {
      refused.set(event.identifier, shown(reason, context));
    }
  }
  return refused;
}

/** Opens a session, whose token is valid for fifteen minutes. Each request uses a new one, which is free. */
async function openStripeSession(
  context: BillerContext,
): Promise<{ readonly answer: PostAnswer; readonly token: string | undefined }> {
  const { exporter } = context;
  const api = exporter.url.includes('meter-events.stripe.com') ? 'https://api.stripe.com' : exporter.url;
  const answer = await send({ ...context, exporter: { ...exporter, url: api } }, context.secrets.apiKey, {
    path: '/v2/billing/meter_event_session',
    body: '{}',
    headers: { 'stripe-version': STRIPE_VERSION },
  });
  if (answer.status < 200 || answer.status >= 300) return { answer, token: undefined };
  const { authentication_token: token } = JSON.parse(answer.body) as {
    readonly authentication_token?: unknown;
  };
  return { answer, token: typeof token === 'string' ? token : undefined };
}
