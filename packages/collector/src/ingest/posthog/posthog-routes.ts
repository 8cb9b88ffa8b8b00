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
  /** Most events in one request. */
  readonly maxEvents: number;
  /** Whether prompts and answers are kept. */
  readonly keepsContent: boolean;
}

/** Where PostHog's clients capture events, with `host` at the collector and one of its tokens as the project's key; also with a slash at the end. */
export const POSTHOG_PATHS: readonly string[] = ['/batch', '/capture', '/e', '/i/v0/e', '/i/v0/ai/batch'];

/** What a body of events asks for. */
interface Captured {
  readonly key: string | undefined;
  readonly events: readonly unknown[];
}

/** PostHog's capture: its AI events become spans, all others are answered and not kept. */
export async function postHogRoutes(app: FastifyInstance, options: PostHogRoutesOptions): Promise<void> {
  app.removeAllContentTypeParsers();
  // Bodies are read here, byte by byte against the budget, and not by the framework.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  for (const path of POSTHOG_PATHS) {
    app.post(path, { config: { scope: 'ingest', mayHaveKeyInBody: true } }, async (request, reply) =>
      send(reply, await take(request, options)),
    );
  }
}

async function take(request: FastifyRequest, options: PostHogRoutesOptions): Promise<Outcome> {
  const { budget, maxBodyBytes, tokens } = options;
  const { token, ip } = request;
  // Before its key is known, a request shares the part of the budget that web pages have.
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
