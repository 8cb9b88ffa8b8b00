import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from './request-identity.ts';
import { type AccessToken, allows, findToken } from './access-token.ts';
import { hostNameOf, isLoopback } from './loopback.ts';
import type { RevokedSessions } from './revoked-sessions.ts';
import { openSession, SESSION_COOKIE } from './session-cookie.ts';

export interface GuardOptions {
  readonly tokens: readonly AccessToken[];
  readonly revokedSessions: RevokedSessions;
  /** Whether the server listens on loopback only, and so answers to loopback names only. */
  readonly isLoopbackBind: boolean;
  /** Names besides loopback's that a `Host` header may carry. */
  readonly allowedHosts: readonly string[];
  /** Origins of web pages that may send spans. */
  readonly corsOrigins: readonly string[];
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A request that is turned away, for the error handler. */
export class AccessError extends Error {
  readonly statusCode: 401 | 403 | 421;

  constructor(statusCode: 401 | 403 | 421, message: string) {
    super(message);
    this.name = 'AccessError';
    this.statusCode = statusCode;
  }
}

/** Decides, before anything of a request is read, whether it may go on, and as whom. */
export function guard(app: FastifyInstance, options: GuardOptions): void {
  app.decorateRequest('project', 'default');
  app.decorateRequest('claimed', false);
  app.addHook('onRequest', async (request, reply) => {
    checkHost(request, options);
    allowOrigin(request, reply, options);
    checkOrigin(request, options);
    admit(request, options);
  });
}

/** A page at evil.example whose name now resolves to 127.0.0.1 still says evil.example here. */
function checkHost(request: FastifyRequest, { isLoopbackBind, allowedHosts }: GuardOptions): void {
  if (!isLoopbackBind) {
    return;
  }
  const name = hostNameOf(request.headers.host);
  if (name === undefined || !(isLoopback(name) || allowedHosts.includes(name))) {
    throw new AccessError(421, 'this collector answers to loopback names only; --allow-host NAME adds one');
  }
}

function allowOrigin(request: FastifyRequest, reply: FastifyReply, { corsOrigins }: GuardOptions): void {
  const { origin } = request.headers;
  if (origin !== undefined && scopeOf(request) === 'ingest' && corsOrigins.includes(origin)) {
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', 'retry-after');
    reply.header('vary', 'origin');
  }
}

/** Browsers say where a request comes from. A write from another site's page is refused, cookie or not. */
function checkOrigin(request: FastifyRequest, { corsOrigins }: GuardOptions): void {
  if (SAFE_METHODS.has(request.method)) {
    return;
  }
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isOwn =
    (origin === undefined || hostOf(origin) === request.headers.host) &&
    (site === undefined || site === 'same-origin' || site === 'none');
  const isNamed = origin !== undefined && corsOrigins.includes(origin) && scopeOf(request) === 'ingest';
  if (!isOwn && !isNamed) {
    throw new AccessError(
      403,
      'writes from this origin are refused; --cors-origin ORIGIN lets it send spans',
    );
  }
}

/** Only the host: behind a proxy that ends TLS the scheme differs. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function admit(request: FastifyRequest, options: GuardOptions): void {
  const needed = scopeOf(request);
  // What comes from a web page is what its visitor says.
  request.claimed = request.headers.origin !== undefined;
  if (needed === undefined || needed === 'open' || options.tokens.length === 0) {
    return;
  }
  const token = checkScope(tokenOf(request, options), needed);
  request.project = token.project;
  request.claimed ||= token.isBrowserKey;
}

/** The token, when it is one and may do what is needed. */
function checkScope(token: AccessToken | undefined, needed: Scope): AccessToken {
  if (token === undefined) {
    throw new AccessError(401, 'a token is needed: Authorization: Bearer TOKEN');
  }
  if (!allows(token.scope, needed)) {
    throw new AccessError(403, `this token may not do this: it takes the scope ${needed}`);
  }
  return token;
}

/** Who sends, from an `Authorization` header alone: for OTLP/gRPC. Throws {@link AccessError}. */
export function admitSender(
  authorization: string | undefined,
  tokens: readonly AccessToken[],
): { readonly project: string; readonly claimed: boolean } {
  if (tokens.length === 0) {
    return { project: 'default', claimed: false };
  }
  const { project, isBrowserKey } = checkScope(bearerToken(authorization, tokens), 'ingest');
  return { project, claimed: isBrowserKey };
}

function bearerToken(
  authorization: string | undefined,
  tokens: readonly AccessToken[],
): AccessToken | undefined {
  const secret = /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1];
  return secret === undefined ? undefined : findToken(tokens, secret.trim());
}

function tokenOf(
  request: FastifyRequest,
  { tokens, revokedSessions }: GuardOptions,
): AccessToken | undefined {
  if (request.headers.authorization !== undefined) {
    return bearerToken(request.headers.authorization, tokens);
  }
  const cookie = request.cookies[SESSION_COOKIE];
  return cookie === undefined || revokedSessions.has(cookie)
    ? undefined
    : openSession(cookie, tokens, Date.now());
}

/** What a route needs. A route of the API that says nothing needs everything. */
function scopeOf(request: FastifyRequest): Scope | 'open' | undefined {
  const { config, url } = request.routeOptions;
  return config.scope ?? (url?.startsWith('/api') === true ? 'admin' : undefined);
}
