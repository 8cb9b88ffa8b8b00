import type { FastifyInstance } from 'fastify';
import { sendProblem } from './answer-errors.ts';
import { AccessError } from '../security/guard.ts';
import { type AccessToken, findToken } from '../security/access-token.ts';
import type { RevokedSessions } from '../security/revoked-sessions.ts';
import { SignInLimit } from '../security/sign-in-limit.ts';
import { openSession, sealSession, SESSION_COOKIE, SESSION_SECONDS } from '../security/session-cookie.ts';

export interface SessionRoutesOptions {
  readonly tokens: readonly AccessToken[];
  readonly revokedSessions: RevokedSessions;
  readonly isTls: boolean;
}

const BODY = {
  type: 'object',
  required: ['token'],
  properties: { token: { type: 'string', minLength: 1, maxLength: 512 } },
} as const;

/**
 * Signing in to the dashboard: `GET /api/session` says whether that is needed, `POST` changes a token for a cookie that
 * scripts cannot read, `DELETE` ends it.
 */
export async function sessionRoutes(
  app: FastifyInstance,
  { tokens, revokedSessions, isTls }: SessionRoutesOptions,
): Promise<void> {
  const limit = new SignInLimit();
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: isTls } as const;

  app.get('/api/session', { config: { scope: 'open' } }, (request) => {
    const value = request.cookies[SESSION_COOKIE];
    const token =
      value === undefined || revokedSessions.has(value) ? undefined : openSession(value, tokens, Date.now());
    return {
      required: tokens.length > 0,
      signedIn: tokens.length === 0 || token !== undefined,
      ...(token === undefined ? undefined : { project: token.project, scope: token.scope }),
    };
  });

  app.post<{ Body: { token: string } }>(
    '/api/session',
    { config: { scope: 'open' }, schema: { body: BODY } },
    (request, reply) => {
      const waitMs = limit.waitMs(request.ip, performance.now());
      if (waitMs > 0) {
        const seconds = Math.ceil(waitMs / 1000);
        reply.header('retry-after', seconds);
        return sendProblem(request, reply, 429, `too many wrong tokens: try again in ${seconds} s`);
      }
      const token = findToken(tokens, request.body.token);
      if (token === undefined || token.scope === 'ingest') {
        limit.failed(request.ip, performance.now());
        throw new AccessError(401, 'no token that may read has this value');
      }
      return reply
        .setCookie(SESSION_COOKIE, sealSession(token, Date.now()), { ...cookie, maxAge: SESSION_SECONDS })
        .code(204)
        .send();
    },
  );

  app.delete('/api/session', { config: { scope: 'open' } }, (request, reply) => {
    const value = request.cookies[SESSION_COOKIE];
    if (value !== undefined && openSession(value, tokens, Date.now()) !== undefined) {
      revokedSessions.add(value, Date.now());
    }
    return reply.clearCookie(SESSION_COOKIE, cookie).code(204).send();
  });
}
