import type { FastifyRequest } from 'fastify';
import { AccessError } from './access-error.ts';
import type { AccessToken } from './access-token.ts';
import { SESSION_COOKIE, type Sessions } from './sessions.ts';

/** Names the project that a request is about, where a session has tokens of several. */
export const PROJECT_HEADER = 'userspan-project';

/** Between the sealed values of a cookie. */
const SEPARATOR = '~';
/** A sealed value needs no quotes and no escapes, so what has them is no session. */
const SESSION_COOKIES = new RegExp(`(?:^|;) *${SESSION_COOKIE}=([^; ]+)`, 'g');
/** A cookie has room for 4,096 bytes, and a sealed value has about 130. */
const MAX_TOKENS = 24;

/** One of the tokens of a session, with the sealed value that stands for it in the cookie. */
export interface SessionToken {
  readonly value: string;
  readonly token: AccessToken;
}

/** The tokens of a request's session that are still good, one for each project, in the order of signing in. */
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
 * Every sealed value that a request carries, good or not. A browser sends several cookies of one name where they were set
 * for different paths or domains; signing out has to end all of them.
 */
export function sessionValues({ headers }: FastifyRequest): readonly string[] {
  const found = (headers.cookie ?? '').matchAll(SESSION_COOKIES);
  return [...found].flatMap(([, value = '']) => value.split(SEPARATOR));
}

/** The project that a request asks for: in a header, or, where the route says so, in the query. */
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

/** The token of the project that is asked for; of the first project where none is. */
export function chooseToken(
  held: readonly SessionToken[],
  project: string | undefined,
): SessionToken | undefined {
  return project === undefined ? held[0] : held.find(({ token }) => token.project === project);
}

/** Throws {@link AccessError} where a request asks for another project than the one it is answered about. */
export function checkProject(request: FastifyRequest, project: string): void {
  const requested = requestedProject(request);
  if (requested !== undefined && requested !== project) {
    throw new AccessError(
      403,
      `the request asks for the project ${JSON.stringify(requested.slice(0, 64))} and has access to ${project}: sign in with a token of the other project`,
    );
  }
}

/** The value of a cookie that holds these tokens and one more, which takes the place of a token of its project. */
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
