import type { FastifyRequest } from 'fastify';
import { AccessError } from './access-error.ts';
import type { AccessToken } from './access-token.ts';
import { SESSION_COOKIE, type Sessions } from './sessions.ts';

/** Header with the project of a request, for sessions with tokens of several projects. */
export const PROJECT_HEADER = 'userspan-project';

/** Separates the sealed values of a cookie. */
const SEPARATOR = '~';
/** Matches session cookies. Sealed values need no quotes and escapes. */
const SESSION_COOKIES = new RegExp(`(?:^|;) *${SESSION_COOKIE}=([^; ]+)`, 'g');
/** Maximum number of tokens: a cookie may have 4,096 bytes, and a sealed value has about 130. */
const MAX_TOKENS = 24;

/** One of the tokens of a session, with its sealed value in the cookie. */
export interface SessionToken {
  readonly value: string;
  readonly token: AccessToken;
}

/** The valid tokens of a request's session, one per project, in the order of signing in. */
export function sessionTokens(
  request: FastifyRequest,
  sessions: Sessions,
  tokens: readonly AccessToken[],
  nowMs: number,
): readonly SessionToken[] {
  const seen = new Set<string>();
  return sessionValues(request)
    .slice(0, MAX_TOKENS)
    .flatMap((value) => {
      const token = sessions.open(value, tokens, nowMs);
      if (token === undefined || seen.has(token.project)) {
        return [];
      }
      seen.add(token.project);
      return [{ value, token }];
    });
}

/**
 * All sealed values of a request, valid or not. A browser sends several cookies with the same name if they were set for
 * different paths or domains, and signing out has to end all of them.
 */
export function sessionValues({ headers }: FastifyRequest): readonly string[] {
  const found = (headers.cookie ?? '').matchAll(SESSION_COOKIES);
  return [...found].flatMap(([, value = '']) => value.split(SEPARATOR));
}

/** The requested project: in a header or, if the route allows it, in the query. */
export function requestedProject({ headers, query, routeOptions }: FastifyRequest): string | undefined {
  const header = headers[PROJECT_HEADER];
  if (typeof header === 'string' && header !== '') {
    return header;
  }
  if (routeOptions.config.takesProjectInQuery !== true) {
    return undefined;
  }
  const { project } = (query ?? {}) as Readonly<Record<string, unknown>>;
  return typeof project === 'string' && project !== '' ? project : undefined;
}

/** The token of the requested project, or of the first project if none is requested. */
export function chooseToken(
  held: readonly SessionToken[],
  project: string | undefined,
): SessionToken | undefined {
  return project === undefined ? held[0] : held.find(({ token }) => token.project === project);
}

/** Throws {@link AccessError} if a request names another project than that of its token. */
export function checkProject(request: FastifyRequest, project: string): void {
  const requested = requestedProject(request);
  if (requested !== undefined && requested !== project) {
    throw new AccessError(
      403,
      `the request asks for the project ${JSON.stringify(requested.slice(0, 64))} and has access to ${project}: sign in with a token of the other project`,
    );
  }
}

/** The cookie value with these tokens and a further one, which replaces a token of the same project. */
export function withToken(
  held: readonly SessionToken[],
  added: SessionToken,
): { readonly cookie: string; readonly replaced: readonly SessionToken[] } {
  const others = held.filter(({ token }) => token.project !== added.token.project);
  if (others.length >= MAX_TOKENS) {
    throw new AccessError(400, `a session holds tokens of at most ${MAX_TOKENS} projects: sign out first`);
  }
  return {
    cookie: [...others, added].map(({ value }) => value).join(SEPARATOR),
    replaced: held.filter(({ token }) => token.project === added.token.project),
  };
}
