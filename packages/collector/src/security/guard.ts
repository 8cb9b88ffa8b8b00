import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AccessError } from './access-error.ts';
import type { AccessToken, Permission } from './access-token.ts';
import { hasCredentials } from './credentials.ts';
import { hostNameOf, isLoopback } from './loopback.ts';
import { admitToken, checkPermission, presentedToken, type TokenCheck } from './sender.ts';
import { checkProject, chooseToken, requestedProject, sessionTokens } from './session-tokens.ts';
import type { Sessions } from './sessions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The project of the request's token; `default` without tokens. */
    project: string;
    /** Whether the request came from a web page, so that its users are not verified. */
    claimed: boolean;
    /** The request's token, if the route needs one. */
    token: AccessToken | undefined;
    /**
     * Registers a callback for the end of the cookie's session and returns a function that removes it. Absent if the
     * request itself has a token.
     */
    onSessionEnd: ((end: () => void) => () => void) | undefined;
  }
  interface FastifyContextConfig {
    /** The permission that this route needs. Default: `admin` for routes below `/api`, none for others. */
    permission?: Permission | 'open';
    /**
     * Whether the token may be in the body, as from PostHog's clients. A request without credentials in its headers
     * then reaches the route unchecked, and the route must call `admitBodyKey` before it uses anything.
     */
    mayHaveKeyInBody?: boolean;
    /** Whether the project may be in the query, because an event stream of a page cannot send headers. */
    takesProjectInQuery?: boolean;
  }
}

export interface GuardOptions extends TokenCheck {
  readonly sessions: Sessions;
  /** Whether the server listens on loopback only and so accepts only loopback host names. */
  readonly isLoopbackBind: boolean;
  /** Further names that a `Host` header may have. */
  readonly allowedHosts: readonly string[];
  /** Origins of web pages that may send spans. */
  readonly corsOrigins: readonly string[];
}

const ABSOLUTE_TARGET = /^https?:\/\/([^/?#]*)(.*)$/i;
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Security-relevant headers that must occur only once, because a proxy in front may use another of several values. */
const SINGLE_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'authorization',
  'x-api-key',
  'origin',
  'sec-fetch-site',
  'content-type',
  'content-encoding',
  'userspan-project',
]);

/** Decides, before a request's body is read, whether it is allowed and with which permission. */
export function guard(app: FastifyInstance, options: GuardOptions): void {
  app.decorateRequest('project', 'default');
  app.decorateRequest('claimed', false);
  app.decorateRequest('token', undefined);
  app.decorateRequest('onSessionEnd', undefined);
  app.addHook('onRequest', async (request, reply) => {
    checkSingleHeaders(request);
    checkHost(request, options);
    allowOrigin(request, reply, options);
    checkOrigin(request, options);
    await admit(request, options);
  });
}

/**
 * The path and query of a request's target. If a client sends a full URL, as clients of proxies do, its host replaces
 * the `Host` header before any decision (RFC 9112, section 3.2.2).
 */
export function takeTargetHost({ url = '/', headers }: Pick<IncomingMessage, 'url' | 'headers'>): string {
  const [, host, rest = ''] = ABSOLUTE_TARGET.exec(url) ?? [];
  if (host === undefined) return url;
  headers.host = host;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Refuses repeated headers. Node would silently use the first of several `Host` headers. */
function checkSingleHeaders({ raw }: FastifyRequest): void {
  const { rawHeaders } = raw;
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? '';
    if (SINGLE_HEADERS.has(name)) {
      if (seen.has(name)) {
        throw new AccessError(400, `the request has more than one ${name} header`);
      }
      seen.add(name);
    }
  }
}

/**
 * Prevents DNS rebinding: a page at evil.example whose name now resolves to 127.0.0.1 still sends evil.example as its
 * `Host`.
 */
function checkHost(request: FastifyRequest, { isLoopbackBind, allowedHosts }: GuardOptions): void {
  if (!isLoopbackBind) {
    return;
  }
  const name = hostNameOf(request.headers.host);
  if (name === undefined || !(isLoopback(name) || allowedHosts.includes(name))) {
    throw new AccessError(
      421,
      'this collector only answers requests for loopback names; add this name with --allow-host NAME',
    );
  }
}

function allowOrigin(request: FastifyRequest, reply: FastifyReply, { corsOrigins }: GuardOptions): void {
  const { origin } = request.headers;
  if (origin !== undefined && permissionOf(request) === 'ingest' && corsOrigins.includes(origin)) {
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', 'retry-after');
    reply.header('vary', 'origin');
  }
}

/** Refuses writes from other sites' pages, with or without a cookie. Browsers send the origin of requests. */
function checkOrigin(request: FastifyRequest, { corsOrigins }: GuardOptions): void {
  if (SAFE_METHODS.has(request.method)) {
    return;
  }
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isOwn =
    // Behind a trusted proxy, `host` is the name that the browser requested.
    (origin === undefined || hostOf(origin) === request.host) &&
    (site === undefined || site === 'same-origin' || site === 'none');
  const isNamed = origin !== undefined && corsOrigins.includes(origin) && permissionOf(request) === 'ingest';
  if (!isOwn && !isNamed) {
    throw new AccessError(
      403,
      'writes from this origin are not allowed; --cors-origin ORIGIN allows it to send spans',
    );
  }
}

/** The host of an origin. The scheme is ignored, because it differs behind a proxy that terminates TLS. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

async function admit(request: FastifyRequest, options: GuardOptions): Promise<void> {
  const needed = permissionOf(request);
  // A request from a web page only has claims of its visitor.
  request.claimed = request.headers.origin !== undefined;
  if (needed === undefined || needed === 'open') {
    return;
  }
  if (options.tokens.length === 0) {
    checkProject(request, request.project);
    return;
  }
  if (request.routeOptions.config.mayHaveKeyInBody === true && !hasCredentials(request.headers)) {
    return;
  }
  const token = await tokenOf(request, options);
  admitToken(request, checkPermission(token, needed));
  checkProject(request, request.project);
}

async function tokenOf(
  request: FastifyRequest,
  { sessions, ...check }: GuardOptions,
): Promise<AccessToken | undefined> {
  if (hasCredentials(request.headers)) {
    return presentedToken(request.headers, request.ip, check);
  }
  const held = sessionTokens(request, sessions, check.tokens, Date.now());
  const chosen = chooseToken(held, requestedProject(request)) ?? held[0];
  if (chosen !== undefined) {
    request.onSessionEnd = (end) => sessions.watch(chosen.value, Date.now(), end);
  }
  return chosen?.token;
}

/** The permission that a route needs. An API route without its own needs `admin`. */
function permissionOf(request: FastifyRequest): Permission | 'open' | undefined {
  const { config, url } = request.routeOptions;
  return config.permission ?? (url?.startsWith('/api') === true ? 'admin' : undefined);
}
