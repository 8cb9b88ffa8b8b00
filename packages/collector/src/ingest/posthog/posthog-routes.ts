import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { admitBodyKey, type TokenCheck } from '../../security/sender.ts';
import type { BudgetShare, ByteBudget } from '../byte-budget.ts';
import { encodeClientSpans } from '../client-span.ts';
import type { Intake } from '../intake.ts';
import { type Outcome, refuse } from '../outcome.ts';
import { REFUSAL_STATUSES, sendOtlpStatus } from '../otlp-routes.ts';
import { field, objectOf, readClientJson } from '../read-client-json.ts';
import { postHogSpan } from './posthog-event.ts';

export interface PostHogRoutesOptions extends TokenCheck {
  readonly intake: Intake;
  readonly budget: ByteBudget;
  readonly maxBodyBytes: number;
  /** Maximum number of events in one request. */
  readonly maxEvents: number;
  /** Whether prompts and answers are stored. */
  readonly keepsContent: boolean;
}

/**
 * Paths to which PostHog's clients send events, with the collector as `host` and one of its tokens as project key. Also
 * with a trailing slash.
 */
export const POSTHOG_PATHS: readonly string[] = ['/batch', '/capture', '/e', '/i/v0/e', '/i/v0/ai/batch'];

/** The key and the events of a body. */
interface Captured {
  readonly key: string | undefined;
  readonly events: readonly unknown[];
}

/** Routes for PostHog's clients. AI events become spans; all others are acknowledged and dropped. */
export async function postHogRoutes(app: FastifyInstance, options: PostHogRoutesOptions): Promise<void> {
  app.removeAllContentTypeParsers();
  // Bodies are read by this plugin against the budget, and not by the framework.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  for (const path of POSTHOG_PATHS) {
    app.post(path, { config: { permission: 'ingest', mayHaveKeyInBody: true } }, async (request, reply) =>
      send(reply, await take(request, options)),
    );
  }
}

async function take(request: FastifyRequest, options: PostHogRoutesOptions): Promise<Outcome> {
  const { budget, maxBodyBytes, tokens } = options;
  const { token, ip } = request;
  // Until its key is known, a request uses the budget of web pages.
  const isUnknown = token === undefined && tokens.length > 0;
  const share = budget.share({ token, claimed: request.claimed || isUnknown, address: ip });
  try {
    const body = await readClientJson(request, maxBodyBytes, share);
    if ('taken' in body) {
      return body;
    }
    const captured = capturedIn(body.json);
    await admitBodyKey(request, captured.key, options);
    return await receive(request, captured.events, share, options);
  } finally {
    share.release();
  }
}

async function receive(
  { project, claimed }: FastifyRequest,
  events: readonly unknown[],
  share: BudgetShare,
  { intake, maxEvents, keepsContent }: PostHogRoutesOptions,
): Promise<Outcome> {
  if (events.length > maxEvents) {
    return refuse(
      'too-large',
      `${events.length} events in one request, at most ${maxEvents} are allowed: send smaller batches`,
    );
  }
  const receivedAtMs = Date.now();
  const spans = events.flatMap((event) => postHogSpan(event, receivedAtMs, keepsContent) ?? []);
  if (spans.length === 0) {
    return { taken: true, rejected: 0, message: '' };
  }
  const body = encodeClientSpans('posthog', spans);
  return intake.receive({ signal: 'traces', encoding: 'protobuf', body, project, claimed, share });
}

/** `{api_key, batch}`, one event with `api_key` or `token`, or the list of events that posthog-js sends. */
function capturedIn(json: unknown): Captured {
  const [first, ...more] = Array.isArray(json) ? (json as readonly unknown[]) : [json];
  const object = objectOf(first) ?? {};
  const batch = field(object, 'batch');
  const events = Array.isArray(batch) ? (batch as readonly unknown[]) : [first, ...more];
  const key =
    field(object, 'api_key', 'token') ??
    field(objectOf(field(object, 'properties')) ?? {}, 'token', 'api_key');
  return { key: typeof key === 'string' ? key : undefined, events };
}

function send(reply: FastifyReply, outcome: Outcome): FastifyReply {
  if (outcome.taken) {
    return reply.send({ status: 1 });
  }
  const { http, rpc } = REFUSAL_STATUSES[outcome.reason];
  return sendOtlpStatus(reply, false, http, rpc, outcome.message);
}
