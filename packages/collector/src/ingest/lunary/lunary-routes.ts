import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ByteBudget } from '../byte-budget.ts';
import { refuse, type Refusal } from '../outcome.ts';
import { REFUSAL_STATUSES, sendOtlpStatus } from '../otlp-routes.ts';
import { field, objectOf, readClientJson } from '../read-client-json.ts';
import { allows } from '../../security/access-token.ts';
import { presentedSecret } from '../../security/credentials.ts';
import { testInnerKey, type TokenCheck } from '../../security/sender.ts';
import { feedbackOf, type LunaryEvent, readLunaryEvent, runIdIn } from './lunary-event.ts';
import type { LunaryIntake } from './lunary-intake.ts';
import type { LunarySender, ReceivedEvent } from './lunary-run.ts';

export interface LunaryRoutesOptions extends TokenCheck {
  readonly lunary: LunaryIntake;
  readonly budget: ByteBudget;
  readonly maxBodyBytes: number;
  /** Maximum number of events in one request. */
  readonly maxEvents: number;
  /** Whether prompts, answers and the text of messages are stored. */
  readonly keepsContent: boolean;
}

interface EventResult {
  readonly id: string | null;
  readonly success: boolean;
  readonly error?: string;
}

/** Paths of Lunary's clients, with the methods for a browser's preflight. */
export const LUNARY_PATHS = {
  '/v1/runs/ingest': 'POST',
  '/v1/runs/:runId/score': 'PATCH',
  '/v1/runs/:runId/feedback': 'GET',
} as const;

/** Routes for Lunary's clients, which use the collector as `LUNARY_API_URL` and one of its tokens as their key. */
export async function lunaryRoutes(app: FastifyInstance, options: LunaryRoutesOptions): Promise<void> {
  app.removeAllContentTypeParsers();
  // Bodies are read by this plugin against the budget, and not by the framework.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.post('/v1/runs/ingest', { config: { permission: 'lunary' } }, (request, reply) =>
    answer(request, reply, options, (json) => eventsIn(json, request, options)),
  );
  app.patch<{ Params: { runId: string } }>(
    '/v1/runs/:runId/score',
    { config: { permission: 'lunary' } },
    (request, reply) =>
      answer(request, reply, options, (json) => {
        const feedback = scoreAsFeedback(json);
        const event = { type: null, event: 'feedback', runId: request.params.runId, feedback };
        return feedback === undefined
          ? refuse('malformed', 'value must be a number, a boolean or a string')
          : eventsIn({ events: event }, request, options);
      }),
  );
  app.get('/v1/runs/:runId/feedback', { config: { permission: 'lunary' } }, (_request, reply) =>
    sendOtlpStatus(reply, false, 404, 5, 'feedback is shown in the dashboard and is not served to clients'),
  );
}

interface Batch {
  readonly events: readonly ReceivedEvent[];
  readonly results: readonly EventResult[];
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { lunary, budget, maxBodyBytes }: LunaryRoutesOptions,
  read: (json: unknown) => Batch | Refusal,
): Promise<FastifyReply> {
  const { claimed, token, ip } = request;
  const share = budget.share({ token, claimed, address: ip });
  try {
    const body = await readClientJson(request, maxBodyBytes, share);
    const batch = 'taken' in body ? body : read(body.json);
    const refusal =
      'taken' in batch ? batch : batch.events.length > 0 ? await lunary.receive(batch.events) : undefined;
    if (refusal !== undefined) {
      const { http, rpc } = REFUSAL_STATUSES[refusal.reason];
      return sendOtlpStatus(reply, false, http, rpc, refusal.message);
    }
    return reply.send({ results: 'taken' in batch ? [] : batch.results });
  } finally {
    share.release();
  }
}

function eventsIn(json: unknown, request: FastifyRequest, options: LunaryRoutesOptions): Batch | Refusal {
  const listed = field(objectOf(json) ?? {}, 'events');
  if (typeof listed !== 'object' || listed === null) {
    return refuse('malformed', 'the body must be {"events": EVENT or [EVENT, …]}');
  }
  const values: readonly unknown[] = Array.isArray(listed) ? listed : [listed];
  if (values.length > options.maxEvents) {
    return refuse(
      'too-large',
      `${values.length} events in one request, at most ${options.maxEvents} are allowed: send smaller batches`,
    );
  }
  const receivedAtMs = Date.now();
  const events: ReceivedEvent[] = [];
  const results = values.map((value): EventResult => {
    const id = runIdIn(value) ?? null;
    const event = readLunaryEvent(value, receivedAtMs, options.keepsContent);
    if ('invalid' in event) {
      return { id, success: false, error: event.invalid };
    }
    const sender = senderOf(value, request, options);
    if (sender === undefined) {
      return { id, success: false, error: 'appId is not the key of this request, nor a token that may send' };
    }
    const unused = unusedBecause(event);
    if (unused !== undefined) {
      return { id, success: true, error: unused };
    }
    events.push({ ...sender, receivedAtMs, event });
    return { id, success: true };
  });
  return { events, results };
}

/**
 * The sender of an event. The Python client sends a batch with the first event's key, so the `appId` of another event
 * may be the key of another project.
 */
function senderOf(
  value: unknown,
  { project, claimed, headers, ip }: FastifyRequest,
  options: LunaryRoutesOptions,
): LunarySender | undefined {
  const appId = field(objectOf(value) ?? {}, 'appId', 'app_id');
  if (options.tokens.length === 0 || appId === undefined) {
    return { project, claimed };
  }
  if (typeof appId !== 'string') {
    return undefined;
  }
  if (presentedSecret(headers) === appId) {
    return { project, claimed };
  }
  const token = testInnerKey(appId, ip, options);
  return token !== undefined && allows(token.permission, 'lunary')
    ? { project: token.project, claimed: claimed || token.isBrowserKey }
    : undefined;
}

/** Why a valid event does not become a span. */
function unusedBecause({ type, event, feedback }: LunaryEvent): string | undefined {
  if (event === 'feedback') {
    return feedback === undefined ? 'not used: feedback has no thumb, comment or score' : undefined;
  }
  if (event === 'update' || (type === 'thread' && !(event === 'chat' || event === 'custom-event'))) {
    return `not used: ${event} of ${type || 'no type'}`;
  }
  return type === '' ? 'not used: an event without a type' : undefined;
}

function scoreAsFeedback(json: unknown): Record<string, unknown> | undefined {
  const { label, value, comment } = (objectOf(json) ?? {}) as Record<string, unknown>;
  const words = [label, typeof value === 'string' ? value : undefined, comment];
  const text = words.filter((word) => typeof word === 'string').join(': ');
  const feedback = {
    comment: text,
    score: value,
    thumb: typeof value === 'boolean' ? (value ? 'up' : 'down') : undefined,
  };
  return ['number', 'boolean', 'string'].includes(typeof value) && feedbackOf(feedback) !== undefined
    ? feedback
    : undefined;
}
