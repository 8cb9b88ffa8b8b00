import type { FastifyInstance } from 'fastify';
import { allows } from '../security/access-token.ts';
import { testToken, type TokenCheck } from '../security/sender.ts';
import { SESSION_COOKIE, SESSION_SECONDS, type Sessions } from '../security/sessions.ts';

export interface SessionRoutesOptions extends TokenCheck {
  readonly sessions: Sessions;
  readonly isTls: boolean;
}

const BODY = {
  type: 'object',
  required: ['token'],
  properties: { token: { type: 'string', minLength: 1, maxLength: 520 } },
} as const;

/**
 * Signing in to the dashboard: `GET /api/session` tells whether that is needed, `POST` changes a token for a cookie that
 * scripts cannot read, `DELETE` ends it.
 */
export async function sessionRoutes(
  app: FastifyInstance,
  { tokens, failedTokens, sessions, isTls }: SessionRoutesOptions,
): Promise<void> {
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict' } as const;

  app.get('/api/session', { config: { scope: 'open' } }, (request) => {
    const value = request.cookies[SESSION_COOKIE];
    const token = value === undefined ? undefined : sessions.open(value, tokens, Date.now());
    return {
      required: tokens.length > 0,
      signedIn: tokens.length === 0 || token !== undefined,
      ...(token === undefined ? undefined : { project: token.project, scope: token.scope }),
    };
  });

  app.post<{ Body: { token: string } }>(
    '/api/session',
    { config: { scope: 'open' }, schema: { body: BODY }, bodyLimit: 4096 },
    async (request, reply) => {
      const token = await testToken(
        request.body.token,
        request.ip,
        { tokens, failedTokens },
        {
          message: 'no token that may read has this value',
          isGood: ({ scope }) => allows(scope, 'read'),
        },
      );
      const value = await sessions.seal(token, Date.now());
      // `protocol` is what the browser used, also behind a trusted proxy that ends TLS.
      const secure = isTls || request.protocol === 'https';
      return reply
        .setCookie(SESSION_COOKIE, value, { ...cookie, secure, maxAge: SESSION_SECONDS })
        .code(204)
        .send();
    },
  );

  app.delete('/api/session', { config: { scope: 'open' } }, async (request, reply) => {
    const value = request.cookies[SESSION_COOKIE];
    if (value !== undefined && sessions.open(value, tokens, Date.now()) !== undefined) {
      await sessions.revoke(value, Date.now());
    }
    const secure = isTls || request.protocol === 'https';
    return reply
      .clearCookie(SESSION_COOKIE, { ...cookie, secure })
      .code(204)
      .send();
  });
}
