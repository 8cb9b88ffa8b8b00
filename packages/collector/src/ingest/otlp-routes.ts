import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ByteBudget } from './byte-budget.ts';
import { encodeResponse, encodeStatus, jsonResponse } from '../otlp/encode-reply.ts';
import type { Intake } from './intake.ts';
import { type Outcome, refuse, type Refusal, type RefusalReason, RETRY_AFTER_SECONDS } from './outcome.ts';
import { CONTENT_ENCODINGS, readBody } from './read-body.ts';
import type { Signal } from '../otlp/signal.ts';
import { OTLP_PATHS } from './otlp-paths.ts';
import { LOOP_STATUS, PASSED_HEADER, type PassedCollectors } from './passed-collectors.ts';

export interface OtlpRoutesOptions {
  readonly intake: Intake;
  readonly budget: ByteBudget;
  readonly passed: PassedCollectors;
  /** Applies before and after decompression. */
  readonly maxBodyBytes: number;
}

export const REFUSAL_STATUSES: Readonly<
  Record<RefusalReason, { readonly http: number; readonly rpc: number }>
> = {
  malformed: { http: 400, rpc: 3 },
  'too-large': { http: 413, rpc: 3 },
  'too-slow': { http: 408, rpc: 4 },
  unsupported: { http: 415, rpc: 3 },
  loop: { http: LOOP_STATUS, rpc: 9 },
  busy: { http: 429, rpc: 8 },
  unavailable: { http: 503, rpc: 14 },
};

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

/**
 * OTLP/HTTP: `POST` to each of {@link OTLP_PATHS}, as protobuf or JSON. Answers are in the request's encoding. `GET
 * /info` and `GET /v1/info` are requests that some clients send first.
 */
export async function otlpRoutes(app: FastifyInstance, options: OtlpRoutesOptions): Promise<void> {
  app.removeAllContentTypeParsers();
  // Bodies are read by this plugin against the budget, and not by the framework.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  // LangSmith's clients first request the server's features, and print an error if the answer is not JSON.
  app.get('/info', { config: { permission: 'ingest' } }, () => ({}));
  // Logfire's clients request the URL of the project, print it, and warn if there is no answer.
  app.get('/v1/info', { config: { permission: 'ingest' } }, ({ project, protocol, host }) => ({
    project_name: project,
    project_url: `${protocol}://${host}/`,
  }));
  for (const { path, signal } of OTLP_PATHS) {
    app.post(path, { config: { permission: 'ingest' } }, async (request, reply) => {
      const encoding = encodingOf(request);
      return send(reply, signal, encoding, await take(request, signal, encoding, options));
    });
  }
}

type Encoding = 'protobuf' | 'json';

/** `undefined` for a content type that is neither. */
function encodingOf(request: FastifyRequest): Encoding | undefined {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === PROTOBUF || type === 'application/protobuf') {
    return 'protobuf';
  }
  return type === JSON_TYPE ? 'json' : undefined;
}

async function take(
  request: FastifyRequest,
  signal: Signal,
  encoding: Encoding | undefined,
  { intake, budget, passed, maxBodyBytes }: OtlpRoutesOptions,
): Promise<Outcome> {
  const refusal = refuseByHeaders(request, encoding, maxBodyBytes) ?? refuseLoop(request, passed);
  if (refusal !== undefined || encoding === undefined) {
    const refused = refusal ?? refuse('unsupported', 'unsupported');
    intake.countRefusal(signal, refused);
    return refused;
  }
  const { project, claimed, token, ip } = request;
  const share = budget.share({ token, claimed, address: ip });
  try {
    const body = await readBody(request.raw, contentEncodingOf(request), maxBodyBytes, share);
    if ('taken' in body) {
      intake.countRefusal(signal, body);
      return body;
    }
    return await intake.receive({ signal, encoding, body, project, claimed, share });
  } finally {
    share.release();
  }
}

function refuseByHeaders(
  request: FastifyRequest,
  encoding: Encoding | undefined,
  maxBodyBytes: number,
): Refusal | undefined {
  if (encoding === undefined) {
    return refuse('unsupported', `Content-Type must be ${PROTOBUF} or ${JSON_TYPE}`);
  }
  if (!CONTENT_ENCODINGS.includes(contentEncodingOf(request))) {
    return refuse('unsupported', `Content-Encoding must be one of ${CONTENT_ENCODINGS.join(', ')}`);
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
    return refuse('too-large', `the body is larger than ${maxBodyBytes} bytes: send smaller batches`);
  }
  return undefined;
}

/** A web page is no collector, whatever its headers say. */
function refuseLoop({ claimed, headers }: FastifyRequest, passed: PassedCollectors): Refusal | undefined {
  return !claimed && passed.isReturning(headers[PASSED_HEADER])
    ? refuse(
        'loop',
        'the request has passed this collector, which forwards to its sender: remove one --forward',
      )
    : undefined;
}

function contentEncodingOf(request: FastifyRequest): string {
  return request.headers['content-encoding']?.trim().toLowerCase() || 'identity';
}

function send(
  reply: FastifyReply,
  signal: Signal,
  encoding: Encoding | undefined,
  outcome: Outcome,
): FastifyReply {
  if (outcome.taken) {
    return encoding === 'protobuf'
      ? reply.type(PROTOBUF).send(encodeResponse(outcome))
      : reply.type(JSON_TYPE).send(jsonResponse(signal, outcome));
  }
  const { http, rpc } = REFUSAL_STATUSES[outcome.reason];
  return sendOtlpStatus(reply, encoding === 'protobuf', http, rpc, outcome.message);
}

/** Answers with a `google.rpc.Status` in protobuf or JSON, and with `Retry-After` if a retry may succeed. */
export function sendOtlpStatus(
  reply: FastifyReply,
  isProtobuf: boolean,
  httpStatus: number,
  code: number,
  message: string,
): FastifyReply {
  if ((httpStatus === 429 || httpStatus === 503) && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', RETRY_AFTER_SECONDS);
  }
  if (httpStatus === 408) {
    reply.header('connection', 'close');
  }
  reply.code(httpStatus);
  return isProtobuf
    ? reply.type(PROTOBUF).send(encodeStatus(code, message))
    : reply.type(JSON_TYPE).send({ code, message });
}
